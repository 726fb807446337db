"""A slot of a salon that is paid ahead is held, paid for at the price that the server has, and booked by that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import AccountIsNeeded
from accounts.models import Account
from bookings.models import Booking, Hold
from conftest import MakeAccount
from payments.leaving import insist_on_none_open
from payments.ledger import balances
from payments.models import LedgerAccount, LedgerEntry, Payment
from payments.paying.services import LONGEST_HOLD, MOST_PAYMENTS
from payments.tests.conftest import WON, confirm
from payments.tests.standing_in import InMemory, StandIn, work
from salons.models import Salon, Treatment

pytestmark = pytest.mark.django_db
REFUSE = {"operation": "confirm", "kind": "refuse", "code": "REJECT_CARD_PAYMENT"}


def test_what_is_paid_is_booked_and_the_money_is_the_salon_s(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    back = toss.pays(begun)
    paid = confirm(mine, begun, back)

    assert (begun["state"], begun["won"], begun["client_key"]) == ("begun", WON, "test_ck_of_the_stand_in")
    assert (paid["state"], paid["booking_id"]) == ("paid", begun["hold_id"])
    assert mine.get(f"/api/v1/bookings/{paid['booking_id']}").json()["price"] == WON
    assert toss.has(back)["status"] == "DONE"
    assert balances(LedgerEntry.objects.all()) == {
        LedgerAccount.PROVIDER: -WON, LedgerAccount.CUSTOMER: 0, LedgerAccount.SALON: WON,
    }  # fmt: skip


def test_it_is_booked_by_paying_and_in_no_other_way(
    in_memory: InMemory, mine: APIClient, wish: dict[str, Any], hold: dict[str, Any]
) -> None:
    """A paid event gave a free booking at the second try: cal.diy #21692."""
    later = {**wish, "starts_at": (datetime.fromisoformat(wish["starts_at"]) + timedelta(hours=2)).isoformat()}

    for _ in range(2):
        assert mine.post("/api/v1/bookings", later).json()["code"] == "payment-required"
        assert mine.post(f"/api/v1/holds/{hold['id']}/booking", {}).json()["code"] == "payment-required"
    assert hold["needs_payment"]
    assert not Booking.objects.exists()


def test_what_costs_nothing_is_booked_as_ever_and_so_is_all_of_other_salons(
    in_memory: InMemory, mine: APIClient, wish: dict[str, Any], treatment: Treatment, paid_ahead: Salon
) -> None:
    Treatment.objects.filter(pk=treatment.pk).update(price_small=0)
    free = mine.post("/api/v1/holds", wish).json()

    assert mine.post(f"/api/v1/holds/{free['id']}/payment", {}).json()["code"] == "nothing-to-pay"
    assert mine.post(f"/api/v1/holds/{free['id']}/booking", {}).status_code == 201
    assert not in_memory.calls


def test_the_server_has_the_price_and_believes_no_page(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    back = {"payment_key": in_memory.begun(begun["order_id"], 100), "order_id": begun["order_id"], "won": 100}

    refused = mine.post(f"/api/v1/payments/{begun['id']}/confirm", back)
    of_another = mine.post(f"/api/v1/payments/{begun['id']}/confirm", {**back, "won": WON, "order_id": "another"})

    assert {refused.json()["code"], of_another.json()["code"]} == {"payment-differs"}
    assert not in_memory.calls


def test_a_reload_goes_on_with_the_same_payment_and_a_refused_one_is_followed_by_another(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    """Paying twice by refresh, several active payments: saleor #14926."""
    again = mine.post(f"/api/v1/holds/{begun['hold_id']}/payment", {})
    toss.goes_wrong(REFUSE)
    refused = confirm(mine, begun, toss.pays(begun))
    other = mine.post(f"/api/v1/holds/{begun['hold_id']}/payment", {})

    assert (again.status_code, again.json()["id"]) == (200, begun["id"])
    assert (refused["state"], refused["refusal"]) == ("refused", "REJECT_CARD_PAYMENT")
    assert (other.status_code, other.json()["order_id"] != begun["order_id"]) == (201, True)
    assert confirm(mine, other.json(), toss.pays(other.json()))["state"] == "paid"
    assert not LedgerEntry.objects.filter(payment=refused["id"]).exists()


def test_who_is_refused_again_and_again_chooses_anew(
    in_memory: InMemory, mine: APIClient, hold: dict[str, Any]
) -> None:
    for _ in range(MOST_PAYMENTS):
        payment = mine.post(f"/api/v1/holds/{hold['id']}/payment", {}).json()
        Payment.objects.filter(pk=payment["id"]).update(state="refused")

    refused = mine.post(f"/api/v1/holds/{hold['id']}/payment", {})

    assert refused.json()["code"] == "too-many-payments"


def test_the_hold_outlives_the_page_in_which_its_customer_pays(
    in_memory: InMemory, mine: APIClient, hold: dict[str, Any]
) -> None:
    now = timezone.now()
    Hold.objects.filter(pk=hold["id"]).update(held_until=now + timedelta(minutes=2))

    mine.post(f"/api/v1/holds/{hold['id']}/payment", {})

    held = Hold.objects.get(pk=hold["id"])
    assert held.held_until >= now + timedelta(minutes=10)
    assert held.held_until <= held.held_at + LONGEST_HOLD


def test_once_the_hold_is_gone_nobody_is_asked_for_money(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    back = {"payment_key": in_memory.begun(begun["order_id"], WON), "order_id": begun["order_id"], "won": WON}
    Hold.objects.filter(pk=begun["hold_id"]).update(held_until=timezone.now())

    refused = mine.post(f"/api/v1/payments/{begun['id']}/confirm", back)

    assert refused.json()["code"] == "hold-has-ended"
    assert not in_memory.calls
    assert Payment.objects.get().state == "begun"


def test_where_nobody_takes_money_it_is_said_before_anything_begins(mine: APIClient, hold: dict[str, Any]) -> None:
    refused = mine.post(f"/api/v1/holds/{hold['id']}/payment", {})

    assert (refused.status_code, refused.json()["code"]) == (503, "payments-away")
    assert int(refused["Retry-After"]) >= 1


def test_a_provider_that_rests_is_not_asked_and_nothing_has_changed(
    in_memory: InMemory, mine: APIClient, begun: dict[str, Any]
) -> None:
    in_memory.is_resting = True
    back = {"payment_key": in_memory.begun(begun["order_id"], WON), "order_id": begun["order_id"], "won": WON}

    assert mine.post(f"/api/v1/payments/{begun['id']}/confirm", back).json()["code"] == "payments-away"
    in_memory.is_resting = False
    assert confirm(mine, begun, back)["state"] == "paid"


def test_an_account_is_not_paid_until_somebody_has_paid_into_it(
    toss: StandIn, mine: APIClient, begun: dict[str, Any]
) -> None:
    back = toss.pays(begun, method="virtual_account")
    waiting = confirm(mine, begun, back)
    assert (waiting["state"], Booking.objects.count()) == ("waiting_for_deposit", 0)

    toss.does("deposit", back)
    work(timezone.now() + timedelta(minutes=1))

    assert mine.get(f"/api/v1/payments/{begun['id']}").json()["state"] == "paid"
    assert Booking.objects.count() == 1


def test_no_account_is_deleted_while_its_money_is_under_way_and_payments_outlive_it(
    in_memory: InMemory, mine: APIClient, customer: Account, begun: dict[str, Any]
) -> None:
    in_memory.to_come = ["ignore"]
    back = {"payment_key": in_memory.begun(begun["order_id"], WON), "order_id": begun["order_id"], "won": WON}
    assert confirm(mine, begun, back)["state"] == "unknown"

    with pytest.raises(AccountIsNeeded):
        insist_on_none_open(account_id=customer.pk, now=timezone.now())
    work(timezone.now() + timedelta(minutes=1))

    insist_on_none_open(account_id=customer.pk, now=timezone.now())
    assert Payment.objects.get().state == "paid"


def test_payments_are_their_customer_s_own(
    in_memory: InMemory,
    mine: APIClient,
    begun: dict[str, Any],
    make_account: MakeAccount,
    client_of: Callable[[Account], APIClient],
) -> None:
    other = client_of(make_account())

    assert [one["id"] for one in mine.get("/api/v1/payments").json()["items"]] == [begun["id"]]
    assert other.get("/api/v1/payments").json()["items"] == []
    assert other.get(f"/api/v1/payments/{begun['id']}").status_code == 404
    assert other.post(f"/api/v1/holds/{begun['hold_id']}/payment", {}).status_code == 404
