"""Entry point: `python -m coupon_queue`."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys

import uvicorn

from coupon_queue import gauges
from coupon_queue.app import build_app
from coupon_queue.leaving import QueueServer
from coupon_queue.process import build_process
from coupon_queue.settings import Settings
from coupon_queue.streams.line_protocol import LineProtocol
from salon_kit.logs import configure_logs
from salon_kit.settings.base import load
from salon_kit.spans.settings import start_spans


def main() -> None:
    settings = load(Settings)
    configure_logs(service="queue", log_format=settings.log_format)
    start_spans("queue", settings)
    process = build_process(settings)
    gauges.watch(process)
    config = uvicorn.Config(
        build_app(process),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=LineProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # nothing here asks where a request came from
        backlog=4096,
        limit_concurrency=settings.connections_max,  # enforced by LineProtocol
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    _collect_rarely()
    server = QueueServer(config, process)
    # uvicorn gives each signal on when it has stopped. The process is to end by its own word, not by the signal.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    sys.exit(server.exit_code)


def _collect_rarely() -> None:
    """What stands now stays, and a join makes no cycles: looking for them at every 700 objects is work for nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


if __name__ == "__main__":
    main()
