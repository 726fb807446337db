"""`make settings`, with a password for every store and a file for every other secret: all of them are masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile
from deploy.local.settings.shown import show_settings

SENTINELS = "redis+sentinel://salon:hush-redis@127.0.0.1:1/salon/0"
GIVEN = {
    "MYSQL_URL": "mysql://salon:hush-mysql@127.0.0.1:1/salon",
    "REDIS_URL": SENTINELS,
    "KAFKA_BROKERS": "sasl_plaintext://salon:hush-kafka@127.0.0.1:1",
    "MONGODB_URL": "mongodb://salon:hush-mongodb@127.0.0.1:1/salon",
}
BY_FILE = ("MAIN_MAIL_PASSWORD", "MAIN_REDIS_SENTINEL_PASSWORD", "QUEUE_REDIS_SENTINEL_PASSWORD")
# What each process is given of them.
SECRETS_OF = {
    "main": {"DATABASE", "REDIS", "KAFKA", "MONGODB", "MAIL", "REDIS_SENTINEL"},
    "queue": {"REDIS", "KAFKA", "REDIS_SENTINEL"},
    "chat-worker": {"KAFKA", "MONGODB"},
}


def test_every_secret_of_every_process_is_masked(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in BY_FILE:
        (tmp_path / variable).write_text("hush-of-a-file")
        monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / variable))

    assert show_settings(profile, read_choices(Path("/nowhere"), GIVEN), only=None) == 0

    shown = capsys.readouterr().out
    assert "hush-" not in shown
    for process in profile.topology.processes:
        assert process.name in shown
    masked = {line.split()[0] for line in shown.splitlines() if line.split()[1:2] == ["********"]}
    ours = ("MAIN_SECRET_KEY_FILE", "MAIN_TOKEN_PRIVATE_KEY_FILE", "MAIN_PHOTO_STORE_SECRET_KEY_FILE")
    wanted = {*ours, "QUEUE_TICKET_KEY_FILE"}
    for service, stores in SECRETS_OF.items():
        wanted |= {f"{service.upper().replace('-', '_')}_{store}_PASSWORD_FILE" for store in stores}
    assert masked == wanted
