"""How many mains of a system of this checkout are ready at this moment."""

from __future__ import annotations

import os

from deploy.local.run.probes import HOST, serves
from deploy.local.run.processes import mains
from deploy.local.settings.profiles import Profile, as_started, profile_named


def count_ready_mains() -> int:
    """Of the profile that the environment names, as it was started."""
    return count_ready_mains_of(as_started(profile_named(os.environ["SALON_PROFILE"], salon_port=0, lite=False)))


def count_ready_mains_of(profile: Profile) -> int:
    return sum(serves(f"http://{HOST}:{profile.port(name)}/readyz")() for name in mains(profile))
