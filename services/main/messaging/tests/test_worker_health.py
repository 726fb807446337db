"""Who can ask a worker of main for its health."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from config.env import env
from messaging.tests.kafka import until
from messaging.tests.workers import worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("command", ["relay_outbox", "issue_coupons", "deliver_notifications", "run_due"])
def test_only_the_address_that_was_set_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str) -> None:
    monkeypatch.setenv("MAIN_METRICS_HOST", "127.0.0.2")

    with worker(command, log=tmp_path / "log") as process:
        until(lambda: "metrics_port" in process.log, what=process.log)
        found = re.search(r'"metrics_port": (\d+)', process.log)
        assert found is not None
        with socket.create_connection(("127.0.0.2", int(found[1])), timeout=5):
            pass
        assert process.listens_on() == {("127.0.0.2", int(found[1]))}


def test_without_a_setting_only_this_machine_can_ask() -> None:
    assert type(env).model_fields["metrics_host"].default.is_loopback
