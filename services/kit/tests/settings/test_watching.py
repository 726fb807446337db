"""A key file that changes is taken once it is whole, and a broken one changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from salon_kit.settings.base import ServiceSettings, of_service
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


def test_a_setting_that_has_its_default_is_not_watched(watch: SecretWatch, taken: Taken) -> None:
    watch.on_change("salon_env", taken.take)

    assert not watch.look()
