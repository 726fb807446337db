"""Setting a second factor up, where it is a must, and letting it go."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.second_factor import services
from accounts.tests.conftest import PASSWORD
from accounts.tests.second_factor.coming_in import ME, MINE, Phone, at_console, client_in, sign_in
from config.env import env
from conftest import MakeAccount

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_it_is_let_go_with_password_and_code(operator: Account, phone: Phone) -> None:
    client = client_in(operator, code=phone.code())

    without = client.post(f"{MINE}/removal", {"password": PASSWORD, "code": "000000"})
    done = client.post(f"{MINE}/removal", {"password": PASSWORD, "code": phone.code()})

    assert (without.status_code, done.status_code) == (403, 204)
    assert sign_in(operator)[0] == 201


class TestWhereItIsAMust:
    @pytest.fixture(autouse=True)
    def must(self, monkeypatch: pytest.MonkeyPatch) -> None:
        insisting = env.model_copy(update={"operators_need_second_factor": True})
        monkeypatch.setattr(services, "env", insisting)
        monkeypatch.setattr("accounts.operators.admin_site.env", insisting)

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
