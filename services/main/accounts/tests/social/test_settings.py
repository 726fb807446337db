"""What the settings of providers may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.declared import Settings
from config.env import env
from salon_kit.settings.away import faults_of

pytestmark = pytest.mark.unit


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "secret"
    file.write_text("0123456789\n")
    monkeypatch.setenv("MAIN_NAVER_CLIENT_SECRET_FILE", str(file))
    return file


@pytest.mark.usefixtures("secret")
def test_a_secret_that_the_provider_has_chosen_is_taken_however_short_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIN_NAVER_CLIENT_ID", "our-page")

    settings = Settings()

    assert settings.naver_client_secret is not None
    assert not [fault for fault in faults_of(settings) if "naver" in fault.what]


@pytest.mark.usefixtures("secret")
def test_a_secret_without_its_client_does_not_start() -> None:
    with pytest.raises(ValueError, match="come together"):
        Settings()


def test_a_client_without_its_secret_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIN_GOOGLE_CLIENT_ID", "our-page")

    with pytest.raises(ValueError, match="come together"):
        Settings()


@pytest.mark.parametrize("server", ["google_issuer", "kakao_issuer", "naver_server", "naver_api"])
def test_away_from_here_nobody_stands_between_us_and_a_provider(server: str) -> None:
    def found(address: str) -> list[str]:
        return [fault.what for fault in faults_of(env.model_copy(update={server: address})) if server in fault.what]

    assert found("http://accounts.example") == [f"the setting {server}: it is http://accounts.example"]
    assert found("https://accounts.example") == []
