"""Keys are exchanged while people are signed in: what was given before is good until the old key is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from accounts.credentials.devices import device_in, device_token_for
from accounts.models import Account
from accounts.sessions.key_watch import take_django_keys
from api.callers.token_keys import token_keys
from config.env import env
from conftest import MakeAccount, access_token_of

PASSWORD = "korong-korong-7"
ME = "/api/v1/accounts/me"
OLD_PRIVATE = env.token_private_key.get_secret_value()
NEW_DJANGO_KEY = "0123456789" * 5


@pytest.fixture(autouse=True)
def _keys_of_before() -> Iterator[None]:
    yield
    token_keys.take(env.token_public_key, OLD_PRIVATE)
    take_django_keys(env.secret_key.get_secret_value())


@pytest.fixture
def new_pair() -> tuple[str, str]:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _status(client: APIClient, token: str) -> int:
    return int(client.get(ME, HTTP_AUTHORIZATION=f"Bearer {token}").status_code)


def test_both_tokens_are_good_while_keys_are_exchanged_and_the_old_one_only_until_its_key_is_gone(
    customer: Account, new_pair: tuple[str, str]
) -> None:
    stranger, private, public = APIClient(), *new_pair
    old = access_token_of(customer)

    token_keys.take(f"{env.token_public_key}\n{public}", OLD_PRIVATE)
    assert _status(stranger, old) == 200

    token_keys.take(f"{env.token_public_key}\n{public}", f"{private}\n{OLD_PRIVATE}")
    new = access_token_of(customer)
    assert [_status(stranger, old), _status(stranger, new)] == [200, 200]

    token_keys.take(public, private)
    assert [_status(stranger, old), _status(stranger, new)] == [401, 200]


def test_a_token_that_is_signed_with_a_key_before_everybody_has_it_is_refused(
    customer: Account, new_pair: tuple[str, str]
) -> None:
    """Why the new key is read everywhere before it signs anywhere."""
    private, public = new_pair
    token_keys.take(public, private)
    of_another_main = access_token_of(customer)
    token_keys.take(env.token_public_key, OLD_PRIVATE)

    assert _status(APIClient(), of_another_main) == 401


def test_no_key_signs_that_is_not_read_and_none_is_dropped_while_it_signs(
    customer: Account, new_pair: tuple[str, str]
) -> None:
    private, public = new_pair

    for keys in ((env.token_public_key, private), (public, OLD_PRIVATE), (public[:200], private)):
        with pytest.raises(ValueError, match=r"token_public_key first|cut off"):
            token_keys.take(*keys)
    assert _status(APIClient(), access_token_of(customer)) == 200


def test_main_does_not_start_with_a_key_that_signs_what_nobody_reads(tmp_path: Path, new_pair: tuple[str, str]) -> None:
    (tmp_path / "public.pem").write_text(new_pair[1])

    ended = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", "1"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "MAIN_TOKEN_PUBLIC_KEY_FILE": str(tmp_path / "public.pem")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert "main cannot start" in ended.stderr
    assert "put its public half into token_public_key first" in ended.stderr


def test_a_refresh_whose_answer_was_lost_gets_the_same_one_from_an_instance_with_another_key(
    stranger: APIClient, make_account: MakeAccount
) -> None:
    member = make_account(password=PASSWORD)
    signed_in = stranger.post("/api/v1/sessions", {"email": member.email, "password": PASSWORD, "client": "mobile"})
    first = {"refresh_token": signed_in.json()["refresh_token"]}
    lost = stranger.post("/api/v1/sessions/refresh", first).json()["refresh_token"]

    take_django_keys(f"{NEW_DJANGO_KEY}\n{env.secret_key.get_secret_value()}")
    again = stranger.post("/api/v1/sessions/refresh", first).json()["refresh_token"]

    assert again == lost
    assert stranger.post("/api/v1/sessions/refresh", {"refresh_token": again}).status_code == 200


def test_an_operator_stays_signed_in_at_the_admin_until_the_old_key_of_django_is_gone(
    make_account: MakeAccount,
) -> None:
    operator, browser = make_account(role=Account.Role.OPERATOR, password=PASSWORD), Client()
    browser.post("/admin/login/?next=/admin/", {"username": operator.email, "password": PASSWORD})
    old = env.secret_key.get_secret_value()

    for keys in (f"{old}\nnext:{NEW_DJANGO_KEY}", f"{NEW_DJANGO_KEY}\n{old}"):
        take_django_keys(keys)
        assert browser.get("/admin/").status_code == 200
    take_django_keys(NEW_DJANGO_KEY)

    # The visit since the new key signs has moved the session to it.
    assert browser.get("/admin/").status_code == 200


def test_an_operator_who_did_not_come_by_meanwhile_signs_in_again_when_the_old_key_is_gone(
    make_account: MakeAccount,
) -> None:
    operator, browser = make_account(role=Account.Role.OPERATOR, password=PASSWORD), Client()
    browser.post("/admin/login/?next=/admin/", {"username": operator.email, "password": PASSWORD})

    take_django_keys(NEW_DJANGO_KEY)

    assert browser.get("/admin/").status_code == 302


def test_a_device_is_known_until_the_old_key_of_django_is_gone() -> None:
    token, old = device_token_for("bori@example.com", device=None), env.secret_key.get_secret_value()

    take_django_keys(f"{NEW_DJANGO_KEY}\n{old}")
    assert device_in(token) is not None

    take_django_keys(NEW_DJANGO_KEY)
    assert device_in(token) is None


@pytest.mark.parametrize("text", ["", "short", f"{'k' * 40}\nshort"])
def test_a_key_of_django_that_is_none_changes_nothing(text: str) -> None:
    before = settings.SECRET_KEY

    with pytest.raises(ValueError, match="at least 32 characters"):
        take_django_keys(text)

    assert before == settings.SECRET_KEY
