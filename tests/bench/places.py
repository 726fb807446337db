"""Where a run keeps things, and its ports."""

from __future__ import annotations

from deploy.local.places import LOCAL
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile

# After those of the runner's own profiles (dev, test, lite), and moving with them (SALON_FIRST_PORT).
_FIRST_PORT = read_choices().first_port + 3000

BENCH = LOCAL / "bench"
PROFILE = Profile("bench", web_port=_FIRST_PORT, base_port=_FIRST_PORT, lite=False)

REPORT = BENCH / "report.json"
PAGE = BENCH / "report.html"
LOGS = BENCH / "logs"
SENT_TIMES = BENCH / "sent-times"

HOST = "127.0.0.1"
QUEUE_PORT = PROFILE.port("queue-1")  # and those after it
NCHAN_PORT = _FIRST_PORT + 401
BARE_STREAMS_PORT = _FIRST_PORT + 402
BARE_PUBLISH_PORT = _FIRST_PORT + 403
BARE_ROUTE_PORT = _FIRST_PORT + 404
REFUSING_PORT = _FIRST_PORT + 405
