"""Codes of an app and those that were written down: each lets in once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.credentials import limits
from accounts.errors import WrongCode
from accounts.models import Account, RecoveryCode
from accounts.second_factor import secrets, services
from accounts.tests.conftest import PASSWORD
from accounts.tests.second_factor.coming_in import MINE, SESSIONS, Phone, at_console, client_in, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_console_asks_for_it_too(operator: Account, phone: Phone) -> None:
    code = phone.code()

    assert [at_console(operator), at_console(operator, "000000"), at_console(operator, code)] == [200, 200, 302]
    assert at_console(operator, code) == 200, "a code that was used"
    page = Client().get("/admin/login/").content.decode()
    assert 'name="code"' in page
    assert 'name="next"' in page


def test_a_right_code_does_not_help_a_wrong_password(operator: Account, phone: Phone) -> None:
    assert at_console(operator, phone.code(), password="guess") == 200
    assert sign_in(operator, code=phone.code(), password="guess") == (401, "wrong-credentials")


def test_of_many_who_come_with_one_code_one_comes_in(operator: Account, phone: Phone) -> None:
    code, outcomes, everybody = phone.code(), list[bool](), threading.Barrier(4)

    def use() -> None:
        everybody.wait(10)
        try:
            services.insist_on_second_factor(operator, code=code, now=timezone.now())
            outcomes.append(True)
        except WrongCode:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == [False, False, False, True]


def test_a_code_from_before_the_last_one_is_worthless(operator: Account, phone: Phone) -> None:
    earlier, later = phone.code(), phone.code()

    assert [sign_in(operator, code=later)[0], sign_in(operator, code=earlier)[0]] == [201, 403]


def test_codes_of_other_times_are_none(operator: Account, phone: Phone) -> None:
    step = int(timezone.now().timestamp()) // secrets.STEP_SECONDS
    codes = [secrets.code_at(phone.secret, step + away) for away in (-3, 3, 1000)]

    assert {sign_in(operator, code=code) for code in codes} == {(403, "wrong-code")}


@pytest.mark.parametrize("typed", [str.upper, lambda code: code.replace("-", ""), lambda code: code.replace("-", " ")])
def test_a_recovery_code_lets_in_once_however_it_is_typed(operator: Account, typed: object) -> None:
    _, codes = services.enrol_by_command(account=operator, now=timezone.now())

    tries = [sign_in(operator, code=typed(codes[3]))[0] for _ in range(2)]  # type: ignore[operator]

    assert tries == [201, 403]
    assert RecoveryCode.objects.filter(factor=operator.pk).count() == 9


def test_new_recovery_codes_make_the_old_ones_worthless(operator: Account) -> None:
    _, old = services.enrol_by_command(account=operator, now=timezone.now())
    client = client_in(operator, code=old[0])

    new = client.post(f"{MINE}/recovery-codes", {"password": PASSWORD, "code": old[1]}).json()["recovery_codes"]

    assert sign_in(operator, code=old[2])[0] == 403
    assert sign_in(operator, code=new[0])[0] == 201


def test_codes_cannot_be_guessed_by_whoever_knows_the_password_and_right_ones_do_not_add_up(
    operator: Account, phone: Phone
) -> None:
    assert sign_in(operator, code=phone.code())[0] == 201
    networks = [f"198.51.100.{number}" for number in range(limits.CODES_OF_ACCOUNT + 1)]
    body = {"email": operator.email, "password": PASSWORD, "client": "mobile", "code": "000000"}

    statuses = [APIClient().post(SESSIONS, body, REMOTE_ADDR=one).status_code for one in networks]

    assert statuses == [403] * limits.CODES_OF_ACCOUNT + [429]
    assert sign_in(operator, code=phone.code())[0] == 429, "while one waits no code is looked at"


@pytest.mark.parametrize("code", ["", "٣٣٣٣٣٣", "12345", "1" * 41, 123456, None, "\u202e", ["000000"]])
def test_odd_codes_are_refused_and_nothing_breaks(operator: Account, phone: Phone, code: object) -> None:
    answer = APIClient().post(
        SESSIONS, {"email": operator.email, "password": PASSWORD, "client": "mobile", "code": code}
    )

    assert answer.status_code in {403, 422}


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, of eight digits the last six."""
    assert secrets.code_at(b"12345678901234567890", seconds // secrets.STEP_SECONDS) == code
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    assert secrets.step_of(b"12345678901234567890", code, now=moment) == seconds // secrets.STEP_SECONDS
