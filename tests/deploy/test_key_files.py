"""An exchange of keys in its steps: what was signed before is read at each, and a step that broke off is repeated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.places import SERVICES
from deploy.local.settings import rotation, secrets_store
from deploy.local.settings.key_files import Pairs, Ring, State, rings
from deploy.local.settings.profiles import Profile
from salon_kit.key_rings import READS, SIGNS, PublicKeys, SigningKey, blocks_in

KEYS = ("tokens", "tickets", "django")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    secrets_store.make_missing(tmp_path / "secrets")
    return tmp_path / "secrets"


def _ids(ring: Ring) -> tuple[str, set[str]]:
    """The id that signs, and those that are read."""
    [signs] = [use.key_id for use in ring.uses() if use.use == SIGNS]
    return signs, {use.key_id for use in ring.uses() if use.use == READS}


@pytest.mark.parametrize("key", KEYS)
def test_the_new_key_is_read_before_it_signs_and_the_old_one_after_it_signed(key: str, folder: Path) -> None:
    ring = rings(folder)[key]
    old, _ = _ids(ring)
    assert ring.state() is State.ONE_KEY

    ring.announce()
    signs, reads = _ids(ring)
    assert (ring.state(), signs, len(reads)) == (State.NEW_IS_READ, old, 2)
    ring.announce()
    assert _ids(ring) == (signs, reads), "repeated, it changes nothing"

    ring.sign()
    signs, still_read = _ids(ring)
    assert (ring.state(), still_read) == (State.NEW_SIGNS, reads)
    assert {signs} == reads - {old}

    ring.drop()
    assert (ring.state(), *_ids(ring)) == (State.ONE_KEY, signs, {signs})


def test_a_private_key_that_was_made_and_not_announced_yet_is_announced_the_next_time(folder: Path) -> None:
    ring = rings(folder)["tokens"]
    assert isinstance(ring, Pairs)
    one_public = ring.public.read_text()
    ring.announce()
    ring.public.write_text(one_public)  # it broke off between its two writes

    assert ring.state() is State.NEW_IS_READ
    ring.announce()

    ids = [SigningKey(block).id for block in blocks_in(ring.private.read_text())]
    assert list(PublicKeys(ring.public.read_text()).ids) == ids


@pytest.mark.parametrize("key", KEYS)
def test_no_key_file_is_for_others_and_the_copy_for_compose_follows_in_place(key: str, folder: Path) -> None:
    ring = rings(folder)[key]
    copies = {path.name: path.stat().st_ino for path in (folder / secrets_store.FOR_COMPOSE).iterdir()}

    ring.announce()
    ring.sign()

    for name in secrets_store.EXCHANGED:
        file, copy = folder / name, folder / secrets_store.FOR_COMPOSE / name
        assert file.stat().st_mode & 0o077 == 0
        assert copy.read_text() == file.read_text()
        assert copy.stat().st_ino == copies[name], "a container has this file, and would not see another in its place"


def test_a_key_that_is_none_of_them_is_refused(profile: Profile) -> None:
    with pytest.raises(CannotGoOn, match="KEY=passwords"):
        rotation.rotate(profile, "passwords", finish=False, force=False, say=print)


def test_the_old_key_is_kept_for_as_long_as_an_access_token_and_a_session_at_the_admin_live() -> None:
    tokens = (SERVICES / "main" / "accounts" / "sessions" / "tokens.py").read_text()
    settings = (SERVICES / "main" / "config" / "settings.py").read_text()

    [minutes] = re.findall(r"^ACCESS_LIFETIME = timedelta\(minutes=(\d+)\)", tokens, re.MULTILINE)
    [hours] = re.findall(r"^SESSION_COOKIE_AGE = (\d+) \* 60 \* 60", settings, re.MULTILINE)
    assert rotation.LIVES_SECONDS["tokens"] > int(minutes) * 60
    assert rotation.LIVES_SECONDS["django"] >= int(hours) * 3600
