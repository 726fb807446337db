"""A key file that changes is taken once it is whole, and a broken one changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from salon_kit.key_rings import SecretTexts
from salon_kit.settings.base import ServiceSettings, of_service
from salon_kit.settings.refusal import SettingsRefused
from salon_kit.settings.watching import SecretWatch

pytestmark = pytest.mark.unit


class Keyed(ServiceSettings):
    model_config = of_service("ANY_")

    signing_key: SecretStr


class Taken(list[str]):
    def take(self, text: str) -> None:
        if len(text) < 5:
            raise ValueError("too short for a key")
        self.append(text)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALON_ENV", "test")
    monkeypatch.setenv("ANY_SECRETS_DIR", str(tmp_path))
    path = tmp_path / "signing_key"
    path.write_text("the old one")
    return path


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def watch(file: Path, taken: Taken) -> SecretWatch:
    watch = SecretWatch(Keyed())
    watch.on_change("signing_key", taken.take)
    return watch


def test_nothing_is_taken_while_nothing_changes(watch: SecretWatch, taken: Taken) -> None:
    assert not any([watch.look(), watch.look()])
    assert taken == []


@pytest.mark.parametrize("in_place", [True, False], ids=["written in place", "put in its place"])
def test_a_new_key_is_taken_once(*, in_place: bool, file: Path, watch: SecretWatch, taken: Taken) -> None:
    if in_place:
        file.write_text("the new one")
    else:
        (file.parent / "unfinished").write_text("the new one")
        os.replace(file.parent / "unfinished", file)

    assert [watch.look(), watch.look(), watch.look()] == [False, True, False]
    assert taken == ["the new one"]


def test_a_file_that_is_still_being_written_is_not_taken(file: Path, watch: SecretWatch, taken: Taken) -> None:
    file.write_text("the new")
    watch.look()
    file.write_text("the new one, whole")
    watch.look()
    assert taken == []

    watch.look()
    assert taken == ["the new one, whole"]


@pytest.mark.parametrize("broken", ["", "bad", None])
def test_what_is_no_key_leaves_the_old_one_in_force_and_a_good_one_is_taken_after_it(
    broken: str | None, file: Path, watch: SecretWatch, taken: Taken
) -> None:
    if broken is None:
        file.unlink()
    else:
        file.write_text(broken)
    watch.look()
    watch.look()
    assert taken == []

    file.write_text("the new one")
    watch.look()
    watch.look()
    assert taken == ["the new one"]


def test_a_key_that_was_exchanged_between_reading_settings_and_watching_is_taken(file: Path, taken: Taken) -> None:
    settings = Keyed()
    file.write_text("the new one")
    watch = SecretWatch(settings)
    watch.on_change("signing_key", taken.take)

    assert [watch.look(), watch.look(), watch.look()] == [False, True, False]
    assert taken == ["the new one"]


def test_a_file_that_cannot_be_read_for_a_moment_is_read_as_soon_as_it_can(
    file: Path, watch: SecretWatch, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("the new one")
    watch.look()
    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_text", _fails)
        assert not watch.look()

    assert watch.look()
    assert taken == ["the new one"]


def _fails(*_: object, **__: object) -> str:
    raise OSError(5, "Input/output error")


def test_what_stays_wrong_is_said_once_and_not_at_each_look(file: Path, watch: SecretWatch) -> None:
    file.write_text("bad")

    with capture_logs() as logs:
        for _ in range(5):
            watch.look()

    assert [(one["event"], one["setting"]) for one in logs] == [("secret_refused", "signing_key")]


STRONG = "Zr4uQ7xw9LmK2pTyBv8sNd3fGh5j"


@pytest.mark.parametrize("weak", ["k" * 32, "password-password", "-----BEGIN password", f"{STRONG}\nnext:{'k' * 32}"])
def test_what_would_be_refused_at_the_start_is_refused_while_it_runs(
    weak: str, file: Path, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALON_ENV", "production")
    file.write_text(STRONG)
    watch = SecretWatch(Keyed())
    watch.on_change("signing_key", taken.take)

    file.write_text(weak)
    with capture_logs() as logs:
        assert not any([watch.look(), watch.look()])
    assert taken == []
    assert "the secret signing_key" in logs[0]["error"]
    assert weak not in str(logs)
    with pytest.raises(SettingsRefused, match="the secret signing_key"):
        Keyed()

    file.write_text(STRONG[::-1])
    assert any([watch.look(), watch.look()])
    assert Keyed().signing_key.get_secret_value() == taken[0]


class Ringed(ServiceSettings):
    model_config = of_service("ANY_")

    signing_key: SecretTexts


@pytest.mark.parametrize("text", ["x" * 31, f"next:{'x' * 32}", f"{'x' * 32}\nshort"])
def test_what_is_no_ring_of_keys_is_none_at_the_start_and_none_while_it_runs(
    text: str, file: Path, taken: Taken
) -> None:
    file.write_text("x" * 32)
    watch = SecretWatch(Ringed())
    watch.on_change("signing_key", taken.append)

    file.write_text(text)
    with capture_logs() as logs:
        assert not any([watch.look(), watch.look()])
    with pytest.raises(ValidationError, match="at least 32") as refused:
        Ringed()
    assert "at least 32" in str(logs)
    assert text not in f"{refused.value} {logs}"


class Paired(ServiceSettings):
    model_config = of_service("ANY_")

    signing_key: SecretStr
    reading_key: str


def test_two_that_have_to_fit_are_taken_together_and_one_alone_waits_for_the_other(file: Path) -> None:
    (file.parent / "reading_key").write_text("the old one")
    taken: list[tuple[str, str]] = []

    def take(reading: str, signing: str) -> None:
        if reading != signing:
            raise ValueError("no pair")
        taken.append((reading, signing))

    watch = SecretWatch(Paired())
    watch.on_change_of(("reading_key", "signing_key"), take)
    (file.parent / "reading_key").write_text("the new one")
    assert not any([watch.look(), watch.look(), watch.look()])

    file.write_text("the new one")
    assert any([watch.look(), watch.look()])
    assert taken == [("the new one", "the new one")]


def test_a_setting_that_has_its_default_is_not_watched(watch: SecretWatch, taken: Taken) -> None:
    watch.on_change("salon_env", taken.take)

    assert not watch.look()
