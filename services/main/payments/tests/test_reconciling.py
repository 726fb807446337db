"""The command prints each difference between us and the provider, and nothing where there is none."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from payments.models import Payment
from payments.tests.conftest import WON, confirm
from payments.tests.standing_in import InMemory, StandIn

pytestmark = pytest.mark.django_db


def _reconcile() -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("reconcile_payments", stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_what_agrees_is_no_difference(toss: StandIn, mine: APIClient, begun: dict[str, Any]) -> None:
    assert _reconcile() == (0, ["1 payments, 0 differences"])

    confirm(mine, begun, toss.pays(begun))

    assert _reconcile() == (0, ["1 payments, 0 differences"])


def test_what_was_given_back_by_hand_is_printed(toss: StandIn, mine: APIClient, begun: dict[str, Any]) -> None:
    back = toss.pays(begun)
    confirm(mine, begun, back)
    toss.does("cancel", back)

    status, lines = _reconcile()

    assert status == 1
    assert lines[0] == f"{begun['order_id']}: paid with {WON} won here, CANCELED with 0 won there"


def test_money_that_we_do_not_know_of_is_printed(in_memory: InMemory, begun: dict[str, Any]) -> None:
    key = in_memory.begun(begun["order_id"], WON)
    in_memory.confirm(payment_key=key, order_id=begun["order_id"], won=WON, idempotency_key="by whomever")

    assert _reconcile()[1][0] == f"{begun['order_id']}: begun with 0 won here, DONE with {WON} won there"


def test_what_is_unknown_for_long_and_what_the_books_do_not_have_is_printed(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    in_memory.to_come = ["lose"]
    key = in_memory.begun(begun["order_id"], WON)
    confirm(mine, begun, {"payment_key": key, "order_id": begun["order_id"], "won": WON})
    assert _reconcile()[0] == 0, "it is a minute old"

    Payment.objects.update(asked_at=timezone.now() - timedelta(hours=1), captured_won=WON)

    lines = _reconcile()[1]
    assert "unknown since" in lines[0]
    assert lines[1] == f"{begun['order_id']}: the ledger has 0 won of it with the provider"


def test_a_provider_that_does_not_answer_hides_nothing(in_memory: InMemory, begun: dict[str, Any]) -> None:
    in_memory.to_come = ["ignore find"]

    assert _reconcile()[0] == 1
