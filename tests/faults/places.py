"""Where a run keeps things, and its ports."""

from __future__ import annotations

from deploy.local.places import LOCAL, SERVICES
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.settings.profiles import Profile
from deploy.topology import HA

# Behind the ports of the profiles that `make` itself has, so that another checkout's faults may run beside ours.
_TWO_ZONES_FIRST_PORT = read_choices().first_port + 3_000
_FIRST_PORT = _TWO_ZONES_FIRST_PORT + 1_000
_WHOLE_FIRST_PORT = _FIRST_PORT + 500
_PAGE = 490

FAULTS = LOCAL / "faults"
QUEUE_FOLDER = SERVICES / "queue"
PROFILE = Profile("faults", web_port=_FIRST_PORT + _PAGE, base_port=_FIRST_PORT, lite=False)
# The whole system, for what happens to all of it.
WHOLE = Profile("faults-whole", web_port=_WHOLE_FIRST_PORT + _PAGE, base_port=_WHOLE_FIRST_PORT, lite=False)
TWO_ZONES = Profile(
    "faults-ha",
    web_port=_TWO_ZONES_FIRST_PORT + _PAGE,
    base_port=_TWO_ZONES_FIRST_PORT,
    lite=False,
    topology=HA,
)
# Every server is the play's own.
NOTHING_GIVEN = Choices(
    salon_port=PROFILE.web_port, lite=False, mysql_url=None, redis_url=None, kafka_brokers=None, mongodb_url=None
)
REPORT = FAULTS / "report.json"
LOGS = FAULTS / "logs"
HOST = "127.0.0.1"
