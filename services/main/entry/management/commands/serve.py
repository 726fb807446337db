"""`manage.py serve`: HTTP and WebSockets on Daphne, and the background services that belong to them."""

from __future__ import annotations

import asyncio
import functools
import gc
import signal
import threading
from argparse import ArgumentParser
from typing import Any

import daphne.server  # type: ignore[import-untyped]  # noqa: F401  # before twisted: it installs the reactor
from daphne.endpoints import build_endpoint_description_strings  # type: ignore[import-untyped]
from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from twisted.internet import reactor

from salon_kit.logs import get_logger
from serving import database, memory, readiness
from serving.background import OnDeath, Owned
from serving.leaving import leave
from serving.sockets.connection import WebSocketServer

log = get_logger(__name__)

PERSON_WAITS_SECONDS = 2
MAX_FRAME_BYTES = 16 * 1024
# Who had a socket at the instance that leaves comes here with all others at once, and nginx waits half a second for the
# kernel to take a connection. Twisted would let fifty wait.
WAITING_CONNECTIONS = 2048


class Command(BaseCommand):
    help = "Serve HTTP and WebSockets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        memory.give_large_blocks_back()
        database.give_up_after(seconds=PERSON_WAITS_SECONDS)
        from entry.asgi import application  # after the line above: its request threads open connections

        stop = _Stop()
        owned = _owned_by_apps(stop.because)
        running: list[Owned] = []
        stop.server = _server(application, host=host, port=port, on_ready=functools.partial(_start, owned, running))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stop.because(signal.Signals(received).name))

        memory.set_apart_what_stays()
        stop.server.run()

        for service in reversed(running):
            service.stop()
        log.info("server_stopped", reason=stop.reason)
        if not (stop.reason or "").startswith("SIG"):
            raise SystemExit(1)


class _Stop:
    """Ends the process in good order, once, from any thread."""

    def __init__(self) -> None:
        self.server: WebSocketServer | None = None
        self.reason: str | None = None
        self._once = threading.Lock()

    def because(self, reason: str) -> None:
        if not self._once.acquire(blocking=False):
            return
        self.reason = reason
        log.info("server_stopping", reason=reason)
        readiness.turn_away()
        # Ctrl-C ends everything that a terminal started: there is nowhere else to be led to.
        led_elsewhere = reason != signal.SIGINT.name
        reactor.callFromThread(lambda: asyncio.ensure_future(self._leave(led_elsewhere=led_elsewhere)))

    async def _leave(self, *, led_elsewhere: bool) -> None:
        if self.server is None:
            return
        try:
            await leave(self.server, led_elsewhere=led_elsewhere)
        except Exception:
            log.exception("server_left_in_disorder")


def _owned_by_apps(on_death: OnDeath) -> list[Owned]:
    return [
        import_string(path)(on_death=on_death)
        for app in apps.get_app_configs()
        for path in getattr(app, "owned_by_serve", ())
    ]


def _start(owned: list[Owned], running: list[Owned]) -> None:
    for service in owned:
        service.start()
        running.append(service)
    log.info("server_started", objects_set_apart=gc.get_freeze_count())


def _server(application: Any, *, host: str, port: int, on_ready: Any) -> WebSocketServer:
    return WebSocketServer(
        application,
        endpoints=[
            f"{endpoint}:backlog={WAITING_CONNECTIONS}"
            for endpoint in build_endpoint_description_strings(host=host, port=port)
        ],
        signal_handlers=False,
        http_timeout=30,
        websocket_handshake_timeout=5,
        websocket_max_message_size=MAX_FRAME_BYTES,
        websocket_max_frame_size=MAX_FRAME_BYTES,
        proxy_forwarded_address_header="X-Real-IP",
        verbosity=1,
        ready_callable=on_ready,
        server_name="",
    )
