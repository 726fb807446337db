"""How many mains of this checkout's system are ready at this moment."""

from __future__ import annotations

import os

from deploy.local.run.probes import HOST, serves
from deploy.local.run.processes import mains
from deploy.local.settings.profiles import as_started, profile_named


def count_ready_mains() -> int:
    """Of the profile that the environment names, as it was started."""
    profile = as_started(profile_named(os.environ["SALON_PROFILE"], salon_port=0, lite=False))
    return sum(serves(f"http://{HOST}:{profile.port(name)}/readyz")() for name in mains(profile))
