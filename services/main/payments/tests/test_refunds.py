"""A cancelled booking gives back what its frozen policy leaves, once, whatever the provider answers."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking, Hold
from due.models import DueAct
from payments.ledger import balances
from payments.metrics import oldest_refund, refused_refunds
from payments.models import LedgerAccount, LedgerEntry, Payment, Refund
from payments.refunds.of_bookings import record_missing_refunds
from payments.tests.conftest import WON, confirm
from payments.tests.standing_in import InMemory, StandIn, work
from salons.models import Groomer

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=2)
HALF = [{"until_hours_before": 0, "fee_percent": 50}]


def _paid(provider: StandIn | InMemory, client: APIClient, begun: dict[str, Any], policy: Any = None) -> dict[str, Any]:
    """What the page came back with. `policy` was agreed when it was held."""
    Hold.objects.update(agreed_policy=policy)
    if isinstance(provider, StandIn):
        back = provider.pays(begun)
    else:
        key = provider.begun(begun["order_id"], WON)
        back = {"payment_key": key, "order_id": begun["order_id"], "won": WON}
    assert confirm(client, begun, back)["state"] == "paid"
    return back


def _cancel(client: APIClient, begun: dict[str, Any]) -> None:
    for _ in range(2):
        assert client.post(f"/api/v1/bookings/{begun['hold_id']}/cancel").status_code == 200


def _refunds() -> list[tuple[str, int, str]]:
    return [(refund.state, refund.won, refund.reason) for refund in Refund.objects.order_by("requested_at")]


def test_what_is_cancelled_for_free_goes_back_whole(toss: StandIn, mine: APIClient, begun: dict[str, Any]) -> None:
    back = _paid(toss, mine, begun)
    _cancel(mine, begun)
    work(timezone.now() + LATER)

    assert toss.has(back)["status"] == "CANCELED"
    assert _refunds() == [("done", WON, "cancelled_by_customer")]
    shown = mine.get(f"/api/v1/payments/{begun['id']}").json()
    assert (shown["refunded_won"], [one["state"] for one in shown["refunds"]]) == (WON, ["done"])
    assert set(balances(LedgerEntry.objects.all()).values()) == {0}


def test_the_fee_that_was_agreed_stays_and_a_groomer_who_cancels_keeps_nothing(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any], groomer: Groomer, client_of: Any
) -> None:
    """Full refund only, whenever: the first 댕댕살롱."""
    _paid(in_memory, mine, begun, HALF)
    _cancel(mine, begun)
    work(timezone.now() + LATER)

    assert _refunds() == [("done", WON // 2, "cancelled_by_customer")]
    assert in_memory.held_won == WON // 2
    assert balances(LedgerEntry.objects.all())[LedgerAccount.SALON] == WON // 2


def test_whose_groomer_cancels_has_everything_back(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any], groomer: Groomer, client_of: Any
) -> None:
    _paid(in_memory, mine, begun, HALF)
    _cancel(client_of(groomer.account), begun)
    work(timezone.now() + LATER)

    assert _refunds() == [("done", WON, "cancelled_by_groomer")]


def test_what_can_go_back_whole_only_does_in_favour_of_who_paid(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    Hold.objects.update(agreed_policy=HALF)
    back = toss.pays(begun, isPartialCancelable=False)
    confirm(mine, begun, back)
    _cancel(mine, begun)
    work(timezone.now() + LATER)

    assert _refunds() == [("done", WON, "cancelled_by_customer")]
    assert toss.has(back)["status"] == "CANCELED"


@pytest.mark.parametrize(
    "fault",
    [
        *({"kind": kind} for kind in ("lose_answer", "lose_request", "garbage")),
        *({"kind": "refuse", "code": code} for code in ("PROVIDER_ERROR", "COMMON_ERROR", "ALREADY_CANCELED_PAYMENT")),
        {"kind": "contradict", "code": "NOT_CANCELABLE_PAYMENT"},
    ],
    ids=lambda fault: "-".join(fault.values()),
)
def test_whatever_is_answered_it_goes_back_once(
    toss: StandIn, mine: APIClient, begun: dict[str, Any], fault: dict[str, str]
) -> None:
    back = _paid(toss, mine, begun, HALF)
    toss.goes_wrong({"operation": "cancel", **fault})
    _cancel(mine, begun)
    for minutes in (1, 20, 40):
        work(timezone.now() + timedelta(minutes=minutes))

    assert _refunds() == [("done", WON // 2, "cancelled_by_customer")]
    assert toss.has(back)["balanceAmount"] == WON // 2


def test_what_the_provider_refuses_to_give_back_waits_for_a_person_who_tries_anew(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    _paid(toss, mine, begun)
    toss.goes_wrong({"operation": "cancel", "kind": "refuse", "code": "NOT_CANCELABLE_PAYMENT"})
    _cancel(mine, begun)
    work(timezone.now() + LATER)
    assert _refunds() == [("refused", WON, "cancelled_by_customer")]
    assert refused_refunds(now=timezone.now()) == 1

    order = Payment.objects.get().order_id
    with pytest.raises(CommandError):
        call_command("refund_payment", order, "--won", str(WON + 1), stdout=StringIO())
    call_command("refund_payment", order, stdout=StringIO())
    assert oldest_refund(now=timezone.now() + LATER) > 60
    work(timezone.now() + LATER)

    assert refused_refunds(now=timezone.now()) == 0
    assert [state for state, _, _ in _refunds()] == ["refused", "done"]
    assert set(balances(LedgerEntry.objects.all()).values()) == {0}


def test_two_of_one_payment_go_back_one_after_the_other(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    _paid(in_memory, mine, begun, HALF)
    call_command("refund_payment", Payment.objects.get().order_id, "--won", "1000", stdout=StringIO())
    in_memory.to_come = ["lose"]
    _cancel(mine, begun)
    work(timezone.now() + LATER)
    for hours in (1, 2):
        work(timezone.now() + timedelta(hours=hours))

    assert [(state, won) for state, won, _ in _refunds()] == [("done", 1000), ("done", WON // 2 - 1000)]
    assert in_memory.held_won == WON // 2


def test_what_a_release_cancels_that_knows_no_payments_goes_back_too(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    _paid(in_memory, mine, begun)
    Booking.objects.update(status=Booking.Status.CANCELLED, ending="cancelled_by_customer", cancellation_fee=0)

    for _ in range(2):
        record_missing_refunds(now=timezone.now())
    work(timezone.now() + LATER)

    assert _refunds() == [("done", WON, "cancelled_by_customer")]
    assert DueAct.objects.filter(kind="settle-refund").count() == 1


def test_what_was_given_back_by_hand_is_no_reason_to_give_it_back_again(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    back = _paid(toss, mine, begun)
    toss.does("cancel", back)
    _cancel(mine, begun)
    work(timezone.now() + LATER)

    assert _refunds() == [("done", WON, "cancelled_by_customer")]
    assert len(toss.has(back)["cancels"]) == 1
