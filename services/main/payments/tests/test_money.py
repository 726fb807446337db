"""Whatever happens in whatever order: the books agree with each other and with the provider, and nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from bookings.holds.services import hold_slot, release_hold
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking, Hold
from bookings.tests.races import wish_for
from due.services import carry_out, due_ids
from payments.ledger import balances
from payments.models import LedgerAccount, LedgerEntry, Payment, Refund
from payments.models.payment import RefundReason
from payments.paying.services import begin_payment, confirm_payment, note_webhook
from payments.refunds.services import MoreThanThereIs, left_of, request_refund
from payments.states import ASKED, OPEN_REFUNDS, RefundState
from payments.tests.standing_in import InMemory
from salon_contracts.http.problem import Problem
from salons.models import Groomer, Salon, Treatment
from salons.policies.cancellation import USUAL, stored_form

pytestmark = pytest.mark.django_db
ACTS = 25
WRONG = ("", "", "lose", "ignore", "deny", "refuse", "ignore find")


class Story:
    """One customer's acts, chosen by chance, and a clock that goes on."""

    def __init__(
        self, chance: random.Random, provider: InMemory, customer: Account, groomer: Groomer, treatment: Treatment,
        at_ten: datetime,
    ) -> None:  # fmt: skip
        self._chance, self._provider = chance, provider
        self._customer, self._groomer, self._treatment, self._at_ten = customer, groomer, treatment, at_ten
        self._now = timezone.now()

    def goes_on(self) -> None:
        acts: list[Callable[[], Any]] = [
            *(self._hold, self._hold, self._begin, self._begin, self._confirm, self._confirm, self._work, self._work),
            *(self._cancel, self._let_go, self._give_back, self._post),
        ]
        with suppress(Problem, MoreThanThereIs):
            self._chance.choice(acts)()

    def ends(self) -> None:
        self._provider.to_come.clear()
        self._work()
        self._person_tries_anew()
        for hours in range(1, 5):
            self._now += timedelta(hours=hours)
            self._provider_forgets_what_nobody_confirmed()
            self._work()

    @property
    def _by(self) -> By:
        return By(self._customer.pk, self._now)

    def _any(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        if not found:
            raise Problem
        return self._chance.choice(found)

    def _hold(self) -> None:
        at = self._at_ten + timedelta(hours=self._chance.randrange(7))
        hold_slot(wish_for(self._groomer, self._treatment, at), by=self._by)

    def _begin(self) -> None:
        begin_payment(self._any(Hold.objects.filter(state="held")).pk, by=self._by)

    def _confirm(self) -> None:
        payment = self._any(Payment.objects.all())
        wrong = self._chance.choice(WRONG)
        self._provider.to_come = [wrong] if wrong else []
        key = self._provider.begun(payment.order_id, payment.won)
        confirm_payment(payment.pk, payment_key=key, order_id=payment.order_id, won=payment.won, by=self._by)

    def _work(self) -> None:
        self._now += timedelta(minutes=self._chance.choice((0, 1, 20)))
        for _ in range(2):
            for act_id in due_ids(now=self._now, at_most=200):
                carry_out(act_id, now=self._now)

    def _cancel(self) -> None:
        self._provider.to_come = [self._chance.choice(("lose", "ignore", "deny"))]
        booking = self._any(Booking.objects.filter(status=Booking.Status.CONFIRMED))
        who = self._chance.choice((self._customer.pk, self._groomer.account_id))
        cancel_booking(booking.pk, by=By(who, self._now))

    def _let_go(self) -> None:
        release_hold(self._any(Hold.objects.filter(state="held")).pk, by=self._by)

    def _give_back(self) -> None:
        payment = self._any(Payment.objects.filter(state="paid"))
        won = self._chance.choice((100, 1_000, payment.won))
        request_refund(payment, won=won, reason=RefundReason.BY_OPERATOR, now=self._now)

    def _post(self) -> None:
        note_webhook(order_id=self._any(Payment.objects.all()).order_id, now=self._now)

    def _person_tries_anew(self) -> None:
        for refund in Refund.objects.filter(state=RefundState.REFUSED).exclude(reason=RefundReason.BY_OPERATOR):
            won = min(refund.won, left_of(refund.payment))
            request_refund(refund.payment, won=won, reason=RefundReason.BY_OPERATOR, now=self._now)

    def _provider_forgets_what_nobody_confirmed(self) -> None:
        for key, facts in list(self._provider.payments.items()):
            if facts.status == "IN_PROGRESS":
                del self._provider.payments[key]


def _books_agree() -> None:
    held = balances(LedgerEntry.objects.all())
    captured = sum(payment.captured_won - payment.refunded_won for payment in Payment.objects.all())
    of_nothing = sum(one.captured_won - one.refunded_won for one in Payment.objects.filter(booking=None))
    promised = Refund.objects.filter(state__in=OPEN_REFUNDS, payment__booking__isnull=False)

    assert sum(held.values()) == 0
    assert held[LedgerAccount.PROVIDER] == -captured
    assert held[LedgerAccount.CUSTOMER] == of_nothing + sum(refund.won for refund in promised)
    assert held[LedgerAccount.SALON] >= 0
    assert not Booking.objects.filter(price__lt=0).exists()
    assert not Payment.objects.filter(won__lt=100).exists()


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_acts_keeps_the_books_and_nothing_is_captured_without_a_booking_or_a_refund(
    seed: int, in_memory: InMemory, customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime,
    paid_ahead: Salon,
) -> None:  # fmt: skip
    Salon.objects.filter(pk=paid_ahead.pk).update(cancellation_policy=stored_form(USUAL))
    story = Story(random.Random(seed), in_memory, customer, groomer, treatment, at_ten)

    for _ in range(ACTS):
        story.goes_on()
        _books_agree()
    story.ends()
    _books_agree()

    assert not Payment.objects.filter(state__in=ASKED).exists()
    assert not Refund.objects.filter(state__in=OPEN_REFUNDS).exists()
    held = sum(payment.captured_won - payment.refunded_won for payment in Payment.objects.all())
    assert in_memory.held_won == held
    for payment in Payment.objects.filter(state="paid", booking=None):
        assert payment.refunded_won == payment.captured_won == payment.won
    kept = Payment.objects.filter(state="paid", booking__status=Booking.Status.CANCELLED)
    assert not kept.filter(captured_won__gt=F("refunded_won") + F("booking__cancellation_fee")).exists()
    paid_for = set(Payment.objects.filter(state="paid").values_list("booking_id", flat=True))
    assert {booking.pk for booking in Booking.objects.filter(price__gt=0)} <= paid_for
