"""Two at once. Each guard has a twin that shows what happens without it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from accounts.models import Account
from api.callers.acting import By
from coupons.issuing import services as issuing
from coupons.issuing.services import Outcome, issue_coupons
from coupons.models import Coupon, CouponEvent
from coupons.operating import services
from coupons.tests.conftest import MakeEvent, claim
from outbox.models import OutboxRow
from salon_contracts.events.coupons import RefusalReason

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def _at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each on a thread of its own; what a work raised stands in the place of its result."""
    results: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            results[place] = works[place]()
        except Exception as error:  # it is the result
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=copy_context().run, args=(run, place)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return results


@pytest.fixture
def both_look_before_either_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pause each issuer after its look, until the other has looked too or stands at the lock."""
    look = issuing._open_ledger
    both_have_looked = threading.Barrier(2)

    def look_and_wait(*args: Any, **kwargs: Any) -> Any:
        ledger = look(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(timeout=0.5)
        return ledger

    monkeypatch.setattr(issuing, "_open_ledger", look_and_wait)


def _without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())


def _two_issuers(event: CouponEvent, people: Sequence[Account]) -> list[Outcome | Exception]:
    return _at_once(
        *(
            lambda person=person: issue_coupons(claims=[claim(event, person, serial=1)], now=NOW)
            for person in people[:2]
        )
    )


@pytest.mark.usefixtures("both_look_before_either_writes")
def test_two_issuers_do_not_give_one_serial_twice(event: CouponEvent, customers: Sequence[Account]) -> None:
    outcomes = _two_issuers(event, customers)

    answers = [answer for outcome in outcomes if isinstance(outcome, Outcome) for answer in outcome.answers]
    assert len(answers) == 2
    assert [answer.reason for outcome in outcomes for answer in outcome.refused] == [RefusalReason.SERIAL_TAKEN]  # type: ignore[union-attr]
    assert Coupon.objects.filter(event=event).count() == 1


@pytest.mark.usefixtures("both_look_before_either_writes")
def test_without_the_lock_both_issuers_believe_the_serial_is_free(
    event: CouponEvent, customers: Sequence[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_locks(monkeypatch)
    monkeypatch.setattr(issuing, "MOST_TRIES", 1)

    outcomes = _two_issuers(event, customers)

    # Only the constraint is left, and it cannot say no politely.
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1
    assert Coupon.objects.filter(event=event).count() == 1


@pytest.mark.usefixtures("both_look_before_either_writes")
def test_without_the_lock_the_constraint_and_a_second_look_still_hold(
    event: CouponEvent, customers: Sequence[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_locks(monkeypatch)

    outcomes = _two_issuers(event, customers)

    assert sorted(len(outcome.issued) for outcome in outcomes) == [0, 1]  # type: ignore[union-attr]
    assert OutboxRow.objects.filter(topic="coupons").count() == 2


def test_one_batch_delivered_to_two_issuers_is_issued_once(make_event: MakeEvent, customers: Sequence[Account]) -> None:
    events = [make_event() for _ in range(3)]
    claims = [claim(event, person, serial) for event in events for serial, person in enumerate(customers, start=1)]

    one, other = _at_once(
        lambda: issue_coupons(claims=claims, now=NOW), lambda: issue_coupons(claims=claims[::-1], now=NOW)
    )

    assert len(one.issued) == len(other.issued) == len(claims)
    ids = {answer.claim_id: answer.coupon_id for answer in one.issued}
    assert ids == {answer.claim_id: answer.coupon_id for answer in other.issued}
    assert set(Coupon.objects.values_list("pk", flat=True)) == set(ids.values())


def test_a_customer_who_goes_away_while_the_batch_is_written_is_refused(
    event: CouponEvent, customers: Sequence[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = issuing._open_ledger
    gone = customers[0].pk

    def look_then_the_account_is_deleted(*args: Any, **kwargs: Any) -> Any:
        ledger = look(*args, **kwargs)
        _at_once(lambda: Account.objects.filter(pk=gone).delete())
        return ledger

    monkeypatch.setattr(issuing, "_open_ledger", look_then_the_account_is_deleted)

    outcome = issue_coupons(claims=[claim(event, gone, 1), claim(event, customers[1], 2)], now=NOW)

    assert [answer.reason for answer in outcome.refused] == [RefusalReason.UNKNOWN_CUSTOMER]
    assert [answer.customer_id for answer in outcome.issued] == [customers[1].pk]


def _two_publish(event: CouponEvent, operator: Account) -> list[Any]:
    def publish() -> CouponEvent:
        return services.publish(event_id=event.pk, by=By(operator.pk, event.changed_at))

    return _at_once(publish, publish)


@pytest.fixture
def both_see_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    look = services._locked
    both_have_looked = threading.Barrier(2)

    def look_and_wait(*args: Any) -> CouponEvent:
        event = look(*args)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(timeout=0.5)
        return event

    monkeypatch.setattr(services, "_locked", look_and_wait)


@pytest.mark.usefixtures("both_see_the_draft")
def test_two_operators_publish_and_the_line_hears_it_once(make_event: MakeEvent, operator: Account) -> None:
    event = make_event(state=CouponEvent.State.DRAFT)

    published = _two_publish(event, operator)

    assert [one.state for one in published] == ["published", "published"]
    assert OutboxRow.objects.filter(topic="coupon-events", key=str(event.pk)).count() == 1


@pytest.mark.usefixtures("both_see_the_draft")
def test_without_the_lock_only_the_audit_log_keeps_two_changes_from_one_revision(
    make_event: MakeEvent, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_locks(monkeypatch)
    event = make_event(state=CouponEvent.State.DRAFT)

    published = _two_publish(event, operator)

    assert sorted(type(one).__name__ for one in published) == ["CouponEvent", "IntegrityError"]
    assert OutboxRow.objects.filter(topic="coupon-events", key=str(event.pk)).count() == 1
