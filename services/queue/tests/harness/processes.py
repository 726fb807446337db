"""Instances of queue, each a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from salon_contracts.events.coupons import CouponEventChangedV1
from salon_kit.testing.ports import claim_port
from tests.harness.keys import Keys


class QueueProcess:
    """One `python -m coupon_queue`."""

    module = "coupon_queue"

    def __init__(self, *, name: str, redis_url: str, brokers: str, keys: Keys, log: Path, **changes: str) -> None:
        self.port = claim_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = {
            **os.environ,
            "QUEUE_REDIS_URL": redis_url,
            "QUEUE_KAFKA_BROKERS": brokers,
            "QUEUE_TOKEN_PUBLIC_KEY_FILE": str(keys.public_file),
            "QUEUE_TICKET_KEY_FILE": str(keys.ticket_file),
            "QUEUE_PUBLIC_URL": "http://salon.test",
            "QUEUE_HOST": "127.0.0.1",
            "QUEUE_PORT": str(self.port),
            "QUEUE_INSTANCE": name,
            "QUEUE_LOG_FORMAT": "json",
            **changes,
        }
        self.start()

    def start(self) -> None:
        self._is_asked = False
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module], env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ask_to_stop(self) -> None:
        """At once, as with Ctrl-C, and once: a second Ctrl-C ends it where it stands."""
        if self.process.poll() is None and not self._is_asked:
            self._is_asked = True
            self.process.send_signal(signal.SIGINT)

    def stop(self, *, seconds: float = 15) -> int:
        self.ask_to_stop()
        return self._ended(seconds)

    def leave(self, *, seconds: float = 25) -> int:
        """As a deploy has it: whoever is led here is led elsewhere first."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended(seconds)

    def _ended(self, seconds: float) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return 1

    def knows_of(self, event: CouponEventChangedV1) -> bool:
        lines = self.log.read_text().splitlines()
        return any("coupon_event_known" in line and str(event.coupon_event_id) in line for line in lines)

    def logged(self, name: str) -> list[dict[str, Any]]:
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [entry for entry in map(json.loads, lines) if entry.get("event") == name]
