"""Where a run keeps things, and its ports."""

from __future__ import annotations

from deploy.local.places import LOCAL, SERVICES
from deploy.local.settings.profiles import Profile

FAULTS = LOCAL / "faults"
QUEUE_FOLDER = SERVICES / "queue"
PROFILE = Profile("faults", web_port=31900, base_port=31000, lite=False)
REPORT = FAULTS / "report.json"
LOGS = FAULTS / "logs"
HOST = "127.0.0.1"

REDIS_PORTS = (31011, 31012, 31013)
SENTINEL_PORTS = (31021, 31022, 31023)
PRIMARY_NAME = "salon"
