"""Our processes take what Compose gives them: each reads its settings from that environment, passwords from files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.places import SERVICES
from tests.deploy.compose.files import HA, SMALL, plain, services

PASSWORD = "letters0and0digits0as0many0as0a0key"
# How each process reads its settings, and prints whether the passwords came into the addresses.
READ = {
    "main": "from config.env import env as s; addresses = [s.redis_url, s.kafka_brokers, s.mongodb_url]",
    "queue": "from coupon_queue.settings import Settings; s = Settings(); addresses = [s.redis_url, s.kafka_brokers]",
    "chat-worker": "from chat_worker.settings import Settings; s = Settings(); "
    "addresses = [s.kafka_brokers, str(s.mongodb_url)]",
}
EACH = [(SMALL, "main", "main-1"), (SMALL, "queue", "queue-1"), (SMALL, "chat-worker", "chat-worker")]
EACH += [(HA, "main", "main-a"), (HA, "queue", "queue-a"), (HA, "chat-worker", "chat-worker-a")]


@pytest.mark.parametrize(("path", "service", "name"), EACH, ids=str)
def test_a_process_takes_its_settings_from_compose(path: Path, service: str, name: str, tmp_path: Path) -> None:
    ours = services(path)[name]
    for secret in ours["secrets"]:
        (tmp_path / secret).write_text(PASSWORD)
    given = {key: _in_container(value, tmp_path) for key, value in ours["environment"].items()}

    read = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{READ[service]}; print(all(':{PASSWORD}@' in one for one in addresses)); print(repr(s))",
        ],
        cwd=SERVICES / service,
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert read.returncode == 0, read.stderr
    everything_has_its_password, shown = read.stdout.split("\n", 1)
    assert everything_has_its_password == "True"
    assert PASSWORD not in shown


def _in_container(value: object, secrets: Path) -> str:
    text = plain(value).replace("/run/secrets", str(secrets))
    text = re.sub(r"^\$\{SALON_PUBLIC_URL:-.*\}$", "http://localhost:8000", text)
    return re.sub(r"^\$\{SALON_\w+:-(.*)\}$", r"\1", text)
