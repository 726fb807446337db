"""Whatever an answer says, or does not: money and bookings agree in the end, and nobody is charged twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking, Hold
from conftest import MakeAccount
from due.models import DueAct
from payments.models import Attempt, LedgerEntry, Payment, ProviderEvent, Refund
from payments.paying import services
from payments.paying.due import rest_after
from payments.paying.services import note_webhook
from payments.provider.port import Outcome
from payments.provider.toss import outcome_of
from payments.tests.conftest import WON, confirm
from payments.tests.standing_in import InMemory, StandIn, work
from salons.models import Treatment

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=1)
UNSURE = [
    *({"kind": kind} for kind in ("lose_answer", "lose_request", "garbage", "still_processing")),
    *(
        {"kind": "refuse", "code": code}
        for code in (
            *("PROVIDER_ERROR", "FAILED_INTERNAL_SYSTEM_PROCESSING", "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"),
            *("COMMON_ERROR", "TOO_MANY_REQUESTS", "IDEMPOTENT_REQUEST_PROCESSING", "ALREADY_PROCESSED_PAYMENT"),
            *("UNAUTHORIZED_KEY", "INVALID_REQUEST"),
        )
    ),
    {"kind": "contradict", "code": "PROVIDER_ERROR"},
]


@pytest.mark.parametrize("fault", UNSURE, ids=lambda fault: "-".join(fault.values()))
def test_an_answer_that_says_nothing_is_settled_by_asking_and_charged_once(
    toss: StandIn, mine: APIClient, begun: dict[str, Any], fault: dict[str, str]
) -> None:
    toss.goes_wrong({"operation": "confirm", **fault})
    back = toss.pays(begun)

    first = confirm(mine, begun, back)
    again = confirm(mine, begun, back)
    work(timezone.now() + LATER)

    assert {first["state"], again["state"]} <= {"unknown", "paid"}
    assert mine.get(f"/api/v1/payments/{begun['id']}").json()["state"] == "paid"
    assert (toss.has(back)["status"], toss.has(back)["balanceAmount"]) == ("DONE", WON)
    assert Booking.objects.count() == 1
    assert {call["key"] for call in toss.calls("confirm")[-2:]} >= {Attempt.objects.get().idempotency_key}


def test_a_refusal_is_not_believed_while_the_payment_says_otherwise(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    toss.goes_wrong({"operation": "confirm", "kind": "contradict", "code": "REJECT_CARD_PAYMENT"})

    assert confirm(mine, begun, toss.pays(begun))["state"] == "paid"


def test_a_provider_that_changes_its_mind_after_a_refusal_is_believed_where_it_holds_money(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    """A report shows DONE and ABORTED 46 ms apart."""
    back = _back(in_memory, begun)
    in_memory.to_come = ["refuse"]
    assert confirm(mine, begun, back)["state"] == "refused"

    in_memory.confirm(payment_key=back["payment_key"], order_id=back["order_id"], won=WON, idempotency_key="theirs")
    work(timezone.now() + timedelta(minutes=16))

    assert Payment.objects.get().state == "paid"
    assert Booking.objects.count() == 1


def test_who_dies_before_the_answer_is_followed_and_the_attempt_was_there_before_the_call(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(services, "ask_to_confirm", lambda _attempt, *, now: None)
        assert confirm(mine, begun, _back(in_memory, begun))["state"] == "confirming"
    assert Attempt.objects.count() == 1

    work(timezone.now() + LATER)

    assert Payment.objects.get().state == "paid"


def test_late_money_takes_the_slot_again_where_nobody_has_it(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    """Late payment only if capacity remains: pretix #92."""
    in_memory.to_come = ["lose"]
    assert confirm(mine, begun, _back(in_memory, begun))["state"] == "unknown"
    Hold.objects.update(state="expired", held_until=timezone.now())

    work(timezone.now() + LATER)

    assert (Payment.objects.get().state, Booking.objects.count()) == ("paid", 1)
    assert Hold.objects.get().state == "booked"


def test_late_money_goes_back_where_somebody_else_has_the_slot(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any], make_account: MakeAccount
) -> None:
    """Money lost when the quota fills after paying: pretix #74."""
    in_memory.to_come = ["lose"]
    confirm(mine, begun, _back(in_memory, begun))
    Hold.objects.update(state="expired", held_until=timezone.now())
    hold, treatment = Hold.objects.get(), Treatment.objects.get()
    Booking.objects.create(
        customer=make_account(), groomer=hold.groomer, treatment=treatment, dog_size="small", price=WON,
        starts_at=hold.starts_at, ends_at=hold.ends_at, status=Booking.Status.CONFIRMED, booked_at=timezone.now(),
    )  # fmt: skip

    work(timezone.now() + LATER, rounds=2)

    assert (Payment.objects.get().state, Payment.objects.get().booking) == ("paid", None)
    assert [(refund.state, refund.won, refund.reason) for refund in Refund.objects.all()] == [
        ("done", WON, "slot_gone")
    ]
    assert in_memory.held_won == 0


def test_what_never_reached_the_provider_is_not_confirmed_once_the_slot_is_gone(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    in_memory.to_come = ["ignore"]
    back = _back(in_memory, begun)
    confirm(mine, begun, back)
    Hold.objects.update(held_until=timezone.now())
    work(timezone.now() + LATER)
    assert Payment.objects.get().state == "unknown"

    del in_memory.payments[back["payment_key"]]
    work(timezone.now() + timedelta(minutes=30))

    assert Payment.objects.get().state == "refused"
    assert in_memory.calls.count("confirm") == 1


def test_it_is_asked_for_as_long_as_there_is_no_last_word_and_ever_more_seldom(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    in_memory.to_come = ["lose", *["ignore find"] * 12]
    confirm(mine, begun, _back(in_memory, begun))
    for hours in range(1, 13):
        work(timezone.now() + timedelta(hours=hours))
    act = DueAct.objects.get(kind="settle-payment")
    assert (act.tries, act.parked_at, Payment.objects.get().state) == (0, None, "unknown")

    work(timezone.now() + timedelta(hours=14))

    assert Payment.objects.get().state == "paid"
    assert [rest_after(timedelta(seconds=waited)).seconds for waited in (0, 60, 86_400)] == [5, 30, 900]


def test_what_is_posted_is_a_reason_to_ask_and_nothing_else(
    in_memory: InMemory, mine: APIClient, stranger: APIClient, begun: dict[str, Any]
) -> None:
    in_memory.to_come = ["lose"]
    back = _back(in_memory, begun)
    confirm(mine, begun, back)
    forged = {"eventType": "PAYMENT_STATUS_CHANGED", "data": {"orderId": begun["order_id"], "status": "CANCELED"}}

    for _ in range(3):
        assert stranger.post("/api/v1/payments/events", forged).status_code == 204
    assert DueAct.objects.filter(reference__contains=":").count() <= 2
    oddities: list[Any] = [{}, {"orderId": 7}, {"data": {"orderId": "of-nobody"}}, {"orderId": begun["order_id"]}]
    for odd in oddities:
        assert stranger.post("/api/v1/payments/events", odd).status_code == 204
    work(timezone.now() + timedelta(seconds=15))

    assert Payment.objects.get().state == "paid"


def test_nothing_is_recorded_about_orders_that_are_not_ours_or_that_nobody_has_paid(
    in_memory: InMemory, begun: dict[str, Any]
) -> None:
    note_webhook(order_id="of-nobody", now=timezone.now())
    note_webhook(order_id=begun["order_id"], now=timezone.now())

    assert not DueAct.objects.filter(kind="settle-payment").exists()


@pytest.mark.parametrize("model", [Attempt, ProviderEvent, LedgerEntry])
def test_what_is_written_once_stays_as_it_is_whoever_writes(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any], model: Any
) -> None:
    confirm(mine, begun, _back(in_memory, begun))
    rows = model.objects.all()
    assert rows.exists()

    acts: list[Any] = [lambda: rows.update(payment=Payment.objects.get()), lambda: rows._raw_delete(rows.db)]
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("outcome", "status", "codes"),
    [
        (Outcome.ALREADY, 400, "ALREADY_PROCESSED_PAYMENT ALREADY_CANCELED_PAYMENT DUPLICATED_ORDER_ID"),
        (Outcome.UNKNOWN, 400, "PROVIDER_ERROR SOMETHING_NEW"),
        (Outcome.UNKNOWN, 500, "FAILED_INTERNAL_SYSTEM_PROCESSING COMMON_ERROR INVALID_REQUEST"),
        (Outcome.UNKNOWN, 409, "IDEMPOTENT_REQUEST_PROCESSING"),
        (Outcome.UNKNOWN, 429, "TOO_MANY_REQUESTS"),
        (Outcome.REFUSED, 403, "REJECT_CARD_COMPANY REJECT_CARD_PAYMENT NOT_CANCELABLE_AMOUNT NOT_CANCELABLE_PAYMENT"),
        (Outcome.REFUSED, 400, "INVALID_REJECT_CARD INVALID_STOPPED_CARD EXCEED_MAX_DAILY_PAYMENT_COUNT"),
        (Outcome.REFUSED, 404, "NOT_FOUND_PAYMENT_SESSION"),
        (Outcome.OURS, 401, "UNAUTHORIZED_KEY"),
        (Outcome.OURS, 400, "INVALID_API_KEY INVALID_REQUEST FORBIDDEN_REQUEST"),
    ],
)
def test_each_refusal_is_of_the_class_that_the_documentation_has(outcome: Outcome, status: int, codes: str) -> None:
    assert {outcome_of(status, code) for code in codes.split()} == {outcome}


def _back(provider: InMemory, payment: dict[str, Any]) -> dict[str, Any]:
    key = provider.begun(payment["order_id"], payment["won"])
    return {"payment_key": key, "order_id": payment["order_id"], "won": payment["won"]}
