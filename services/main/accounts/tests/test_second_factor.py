"""An operator's second factor: asked for wherever they come in, each code once, and a way back without the phone."""

from __future__ import annotations

import base64
import re
import threading
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.credentials import limits
from accounts.errors import WrongCode
from accounts.models import Account, RecoveryCode, SecondFactor
from accounts.second_factor import secrets, services
from accounts.tests.conftest import PASSWORD
from config.env import env
from conftest import MakeAccount
from serving.redis import shared_redis

pytestmark = pytest.mark.django_db(transaction=True)
MINE, ME, SESSIONS = "/api/v1/accounts/me/second-factor", "/api/v1/accounts/me", "/api/v1/sessions"


class Phone:
    """An authenticator app with a clock that the test moves, so that it shows a code no test before has used."""

    def __init__(self, secret: str) -> None:
        self.secret = base64.b32decode(secret)
        self._steps = 0

    def code(self) -> str:
        """Another one each time: the half-minute before, this one, the next."""
        step = int(timezone.now().timestamp()) // secrets.STEP_SECONDS - 1 + self._steps
        self._steps += 1
        return secrets.code_at(self.secret, step)


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    for key in shared_redis().scan_iter("attempts:*"):
        shared_redis().delete(key)


@pytest.fixture
def operator(make_account: MakeAccount) -> Account:
    return make_account(role=Account.Role.OPERATOR, password=PASSWORD)


@pytest.fixture
def phone(operator: Account) -> Phone:
    offered, _ = services.enrol_by_command(account=operator, now=timezone.now())
    return Phone(offered.secret)


def sign_in(account: Account, **more: str) -> tuple[int, str | None]:
    answer = APIClient().post(SESSIONS, {"email": account.email, "password": PASSWORD, "client": "mobile", **more})
    return answer.status_code, answer.json().get("code")


def client_in(account: Account, **more: str) -> APIClient:
    client = APIClient()
    body = {"email": account.email, "password": PASSWORD, "client": "mobile", **more}
    tokens = client.post(SESSIONS, body).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client


def at_console(account: Account, code: str = "", *, password: str = PASSWORD) -> int:
    fields = {"username": account.email, "password": password, "code": code}
    return Client().post("/admin/login/?next=/admin/", fields).status_code


def test_an_operator_sets_it_up_with_a_code_and_older_sessions_end(operator: Account) -> None:
    here, elsewhere = client_in(operator), client_in(operator)

    offered = here.post(MINE, {"password": PASSWORD})
    before = sign_in(operator)
    app = Phone(offered.json()["secret"])
    confirmed = here.post(f"{MINE}/confirmation", {"code": app.code()})

    assert offered.status_code == 201
    assert re.fullmatch(r"otpauth://totp/.+secret=[A-Z2-7]{32}.*", offered.json()["uri"])
    assert before[0] == 201, "what was only offered is not asked for"
    assert len(set(confirmed.json()["recovery_codes"])) == 10
    assert (here.get(ME).status_code, elsewhere.get(ME).status_code) == (200, 401)
    assert here.get(MINE).json() == {"is_set_up": True, "recovery_codes_left": 10}
    assert sign_in(operator) == (401, "second-factor-needed")
    assert sign_in(operator, code=app.code())[0] == 201


def test_a_wrong_code_sets_nothing_up(operator: Account) -> None:
    client = client_in(operator)
    nothing_offered = client.post(f"{MINE}/confirmation", {"code": "123456"})
    client.post(MINE, {"password": PASSWORD})

    wrong = client.post(f"{MINE}/confirmation", {"code": "1234567"})

    assert {(one.status_code, one.json()["code"]) for one in (nothing_offered, wrong)} == {(403, "wrong-code")}
    assert sign_in(operator)[0] == 201


def test_a_second_one_is_not_put_over_the_first_by_whoever_has_a_session(operator: Account, phone: Phone) -> None:
    client = client_in(operator, code=phone.code())

    refused = client.post(MINE, {"password": PASSWORD})

    assert (refused.status_code, refused.json()["code"]) == (409, "second-factor-is-set-up")


@pytest.mark.parametrize("role", ["customer", "groomer"])
def test_it_is_the_operators_alone(make_account: MakeAccount, role: str) -> None:
    client = client_in(make_account(role=role, password=PASSWORD))

    assert [client.get(MINE).status_code, client.post(MINE, {"password": PASSWORD}).status_code] == [403, 403]


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


def test_it_is_let_go_with_password_and_code(operator: Account, phone: Phone) -> None:
    client = client_in(operator, code=phone.code())

    without = client.post(f"{MINE}/removal", {"password": PASSWORD, "code": "000000"})
    done = client.post(f"{MINE}/removal", {"password": PASSWORD, "code": phone.code()})

    assert (without.status_code, done.status_code) == (403, 204)
    assert sign_in(operator)[0] == 201


class TestWhereItIsAMust:
    @pytest.fixture(autouse=True)
    def must(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = env.model_copy(update={"operators_need_second_factor": True})
        monkeypatch.setattr(services, "env", told)
        monkeypatch.setattr("accounts.operators.admin_site.env", told)

    def test_an_operator_without_one_comes_in_nowhere(self, operator: Account) -> None:
        assert sign_in(operator) == (403, "second-factor-missing")
        assert at_console(operator) == 200

    def test_who_came_in_before_is_shut_out_of_the_console_until_they_have_one(self, operator: Account) -> None:
        client = Client()
        client.force_login(operator)
        before = client.get("/admin/").status_code

        services.enrol_by_command(account=operator, now=timezone.now())
        after = client.get("/admin/").status_code

        assert (before, after) == (302, 200)

    def test_the_command_gives_the_first_one(self, operator: Account) -> None:
        out = StringIO()
        call_command("second_factor", "enrol", operator.email.upper(), stdout=out)
        _uri, secret, *codes = out.getvalue().split()

        assert sign_in(operator, code=Phone(secret).code())[0] == 201
        assert sign_in(operator, code=codes[0])[0] == 201

    def test_it_cannot_be_let_go(self, operator: Account, phone: Phone) -> None:
        client = client_in(operator, code=phone.code())

        refused = client.post(f"{MINE}/removal", {"password": PASSWORD, "code": phone.code()})

        assert (refused.status_code, refused.json()["code"]) == (409, "second-factor-must")

    def test_customers_are_not_asked(self, make_account: MakeAccount) -> None:
        assert sign_in(make_account(password=PASSWORD))[0] == 201


def test_the_command_takes_it_away_from_who_has_lost_everything_and_gives_none_to_others(
    operator: Account, phone: Phone, customer: Account
) -> None:
    with pytest.raises(CommandError):
        call_command("second_factor", "enrol", operator.email)
    with pytest.raises(CommandError):
        call_command("second_factor", "enrol", customer.email)

    call_command("second_factor", "remove", operator.email, stdout=StringIO())

    assert sign_in(operator)[0] == 201


def test_a_stolen_table_has_neither_the_secret_nor_a_recovery_code(operator: Account) -> None:
    offered, codes = services.enrol_by_command(account=operator, now=timezone.now())

    rows = str(list(SecondFactor.objects.values()) + list(RecoveryCode.objects.values()))

    secret = base64.b32decode(offered.secret)
    forms = [offered.secret, secret.hex(), base64.b64encode(secret).decode(), *codes]
    assert not [form for form in forms if form in rows or form.replace("-", "") in rows]


def test_it_outlives_an_exchange_of_djangos_key(operator: Account, phone: Phone, settings: LazySettings) -> None:
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [old]

    while_both_are_read = sign_in(operator, code=phone.code())[0]
    resealed = [services.reseal_all() for _ in range(2)]
    settings.SECRET_KEY_FALLBACKS = []

    assert (while_both_are_read, resealed) == (201, [1, 0])
    assert sign_in(operator, code=phone.code())[0] == 201


def test_what_no_key_opens_any_more_still_leaves_the_recovery_codes(operator: Account, settings: LazySettings) -> None:
    offered, codes = services.enrol_by_command(account=operator, now=timezone.now())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, []

    assert sign_in(operator, code=Phone(offered.secret).code())[0] == 403
    assert sign_in(operator, code=codes[0])[0] == 201


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, of eight digits the last six."""
    assert secrets.code_at(b"12345678901234567890", seconds // secrets.STEP_SECONDS) == code
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    assert secrets.step_of(b"12345678901234567890", code, now=moment) == seconds // secrets.STEP_SECONDS
