"""Where a run keeps things, and its ports."""

from __future__ import annotations

from deploy.local.places import LOCAL
from deploy.local.profiles import Profile

BENCH = LOCAL / "bench"
PROFILE = Profile("bench", web_port=9900, base_port=21000, lite=False)

REPORT = BENCH / "report.json"
PAGE = BENCH / "report.html"
LOGS = BENCH / "logs"
SENT_TIMES = BENCH / "sent-times"

HOST = "127.0.0.1"
QUEUE_PORT = 21201  # and those after it
NCHAN_PORT = 21401
BARE_STREAMS_PORT = 21402
BARE_PUBLISH_PORT = 21403
BARE_ROUTE_PORT = 21404
