"""Takes Alertmanager's webhooks and writes to people, through the same port as deploys do (deploy/messages).

    python -m deploy.monitoring.people.relay --port 18903 --file messages.jsonl --discord discord_webhook

Once a day it asks Prometheus how the day before was, and writes a line (daily.py).

What a channel refuses is answered with 502, and Alertmanager comes again. It must be called at /watchdog all the time:
when that stops, Prometheus or Alertmanager is dead, and people are written to without them.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest

from deploy.messages.message import Message, Messages, NotDelivered
from deploy.messages.near import LogFile
from deploy.messages.webhook import Discord, SlackLike
from deploy.monitoring.people.daily import Daily
from deploy.monitoring.people.day import ZONE, day_of
from deploy.monitoring.people.notifications import BOARD, UnreadableNotification, message_of
from deploy.monitoring.people.watchdog import Watchdog
from deploy.monitoring.prometheus_api import Prometheus
from salon_contracts.metrics import monitoring as listed
from salon_kit.metrics.instruments import Labelled, counters, gauge

LARGEST_BODY = 16 * 1024 * 1024


@dataclass(frozen=True)
class Counted:
    """A channel, and how often it was reached."""

    channel: Messages
    outcomes: Labelled[Counter]

    def send(self, message: Message) -> None:
        """Raises NotDelivered."""
        try:
            self.channel.send(message)
        except NotDelivered:
            self.outcomes.labels("failed").inc()
            raise
        self.outcomes.labels("sent").inc()


class Relay:
    """The channels by the name that stands in Alertmanager's address."""

    def __init__(self, channels: Mapping[str, Messages], *, dashboards: str) -> None:
        """`dashboards` is the address of a board, with {board} where its uid stands."""
        self.registry = CollectorRegistry()
        self._dashboards = dashboards
        sent = counters(listed.MESSAGES, self.registry)
        for outcome in ("sent", "failed"):
            sent.labels(outcome)
        self.channels: Mapping[str, Messages] = {name: Counted(channel, sent) for name, channel in channels.items()}
        self.watchdog = Watchdog(send=self.send_to_all)
        gauge(listed.WATCHDOG_AGE, self.registry).set_function(lambda: self.watchdog.age_seconds)

    def take(self, path: str, body: bytes) -> HTTPStatus:
        """What Alertmanager is answered. It comes again after a 5xx, and never after a 4xx."""
        if path == "/watchdog":
            self.watchdog.barked()
            return HTTPStatus.OK
        channel = self.channels.get(path.removeprefix("/alerts/"))
        if channel is None:
            return HTTPStatus.NOT_FOUND
        try:
            message = message_of(json.loads(body), dashboards=self._dashboards)
        except (UnreadableNotification, ValueError):
            return HTTPStatus.BAD_REQUEST
        try:
            channel.send(message)
        except NotDelivered:
            return HTTPStatus.BAD_GATEWAY
        return HTTPStatus.OK

    def send_to_all(self, message: Message) -> None:
        for channel in self.channels.values():
            with suppress(NotDelivered):  # it is counted
                channel.send(message)


def server_of(relay: Relay, host: str, port: int) -> ThreadingHTTPServer:
    class Answers(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:  # the library's name
            length = int(self.headers.get("Content-Length", 0))
            if length > LARGEST_BODY:
                self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
            self._answer(relay.take(self.path, self.rfile.read(length)))

        def do_GET(self) -> None:  # the library's name
            if self.path == "/healthz":
                self._answer(HTTPStatus.OK)
            elif self.path == "/metrics":
                self._answer(HTTPStatus.OK, generate_latest(relay.registry), CONTENT_TYPE_LATEST)
            else:
                self._answer(HTTPStatus.NOT_FOUND)

        def _answer(self, status: HTTPStatus, body: bytes = b"", content_type: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            """What was written to people stands in the file."""

    server = ThreadingHTTPServer((host, port), Answers)
    server.daemon_threads = True
    return server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True, help="every message is a line of JSON in it")
    parser.add_argument("--discord", type=Path, help="the file with the webhook's address")
    parser.add_argument("--slack", type=Path, help="the same, for what takes what Slack takes")
    parser.add_argument("--dashboards", required=True, help=f"address of a board, with {BOARD} for its name")
    parser.add_argument("--prometheus", help="its address; with it, the line of the day before is written")
    parser.add_argument("--daily-at", type=time.fromisoformat, default=time(9), help=f"in {ZONE}")
    parser.add_argument("--daily-notes", type=Path, help="a folder, the same for all copies of this relay")
    arguments = parser.parse_args()
    channels: dict[str, Messages] = {"file": LogFile(arguments.file)}
    channels |= {"discord": Discord(arguments.discord)} if arguments.discord else {}
    channels |= {"slack": SlackLike(arguments.slack)} if arguments.slack else {}
    relay = Relay(channels, dashboards=arguments.dashboards)
    server = server_of(relay, arguments.host, arguments.port)
    threading.Thread(target=relay.watchdog.run, name="watchdog", daemon=True).start()
    if arguments.prometheus:
        day_of_prometheus = partial(day_of, Prometheus(arguments.prometheus))
        notes = arguments.daily_notes or arguments.file.parent / "daily"
        daily = Daily(at=arguments.daily_at, folder=notes, channels=relay.channels, day_of=day_of_prometheus)
        threading.Thread(target=daily.run, name="daily", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
