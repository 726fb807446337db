"""`python -m deploy.local.monitoring.pipeline`: builds what is missing, and starts nothing."""

from __future__ import annotations

import sys

from deploy.local.console import Console
from deploy.local.monitoring.pipeline.install import install

if __name__ == "__main__":
    with Console() as console:
        failures = install(console)
    for failure in failures.values():
        print(failure, file=sys.stderr)
    sys.exit(int(bool(failures)))
