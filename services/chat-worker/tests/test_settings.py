"""What the process is told by its environment."""

from __future__ import annotations

import pytest

from chat_worker.settings import Settings

pytestmark = pytest.mark.unit


def test_without_a_setting_only_this_machine_is_told() -> None:
    least = {"kafka_brokers": "k:1", "mongodb_url": "mongodb://m/salon", "chat_epoch": 1, "metrics_port": 1}

    assert str(Settings.model_validate(least).metrics_host) == "127.0.0.1"
