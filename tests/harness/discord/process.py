"""Starts the fake Discord, and reads what it was told."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.places import ROOT
from salon_kit.testing.ports import claim_port


@dataclass(frozen=True)
class FakeDiscord:
    port: int
    kept: Path
    # As an operator would have it: a file with the webhook's address.
    address_file: Path

    def messages(self) -> list[dict[str, Any]]:
        if not self.kept.exists():
            return []
        return [json.loads(line) for line in self.kept.read_text(encoding="utf-8").splitlines()]


@contextmanager
def fake_discord(folder: Path, *, refuse_first: int = 0) -> Iterator[FakeDiscord]:
    port = claim_port()
    kept, address_file = folder / "discord.jsonl", folder / "discord_webhook"
    address_file.write_text(f"http://127.0.0.1:{port}/api/webhooks/1/a-secret\n", encoding="utf-8")
    words = [str(port), str(kept), "--refuse-first", str(refuse_first)]
    process = subprocess.Popen([sys.executable, "-m", "tests.harness.discord.server", *words], cwd=ROOT)
    try:
        _wait_for(port, process)
        yield FakeDiscord(port, kept, address_file)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the fake Discord does not listen")
