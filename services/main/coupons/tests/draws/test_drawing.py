"""Main's half of a lottery: a seed nobody knows until it is known who takes part, and one list for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from coupons.draws.services import take_entries
from coupons.errors import NotADraft
from coupons.models import AuditEntry, CouponEvent
from coupons.models.draw import ENTRIES_A_ROW, Draw, DrawPage
from coupons.operating import services
from coupons.operating.terms import Terms
from coupons.tests.conftest import MakeEvent
from coupons.tests.lotteries import list_of, published_lottery, published_of, some_entries
from outbox.models import OutboxRow
from salon_contracts.events.coupons import Draw as PublishedDraw
from salon_contracts.events.coupons import DrawEntriesShutV1, LineOrder
from salon_contracts.verify.draw import commitment_of, digest_of
from salon_kit.tracing import traced

pytestmark = pytest.mark.django_db(transaction=True)

ClientOf = Callable[[Account], APIClient]
EVENTS = "/api/v1/coupon-events"


@pytest.fixture
def lottery(make_event: MakeEvent) -> CouponEvent:
    return published_lottery(make_event)


def _take(pages: Sequence[DrawEntriesShutV1]) -> None:
    for page in pages:
        with traced(page.trace_id):
            take_entries(shut=page, now=timezone.now())


def _by(event: CouponEvent) -> By:
    return By(event.created_by_id, timezone.now())


def _kept(event: CouponEvent) -> list[str]:
    return [entry for page in DrawPage.objects.filter(event=event).order_by("page") for entry in page.unpacked()]


def _assert_secret(event: CouponEvent) -> None:
    """Nothing is told but the commitment, and no entry is kept as the draw's."""
    event.refresh_from_db()
    assert not event.draw.is_revealed
    assert {one.draw for one in published_of(event)} == {PublishedDraw(commitment=event.draw.commitment)}


def test_publishing_a_lottery_commits_to_a_seed(lottery: CouponEvent, make_event: MakeEvent) -> None:
    other = published_lottery(make_event)

    (published,) = published_of(lottery)
    seed = lottery.draw.seed
    assert published.line_order == LineOrder.LOTTERY
    assert published.draw == PublishedDraw(commitment=commitment_of(event_id=str(lottery.pk), seed=seed))
    assert (len(seed), len(bytes.fromhex(seed))) == (64, 32)
    assert other.draw.seed != seed


def test_a_line_that_is_first_come_first_served_has_no_draw(make_event: MakeEvent) -> None:
    event = make_event(state=CouponEvent.State.DRAFT)

    services.publish(event_id=event.pk, by=_by(event))

    (published,) = published_of(event)
    assert (published.line_order, published.draw) == (LineOrder.FIFO, None)
    assert not Draw.objects.exists()


def test_publishing_twice_makes_one_seed(lottery: CouponEvent) -> None:
    seed = lottery.draw.seed

    services.publish(event_id=lottery.pk, by=_by(lottery))

    assert Draw.objects.get(event=lottery).seed == seed


def test_nobody_can_read_the_seed_before_it_is_revealed(
    lottery: CouponEvent, operator: Account, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    client, page, address = client_of(operator), Client(), f"{EVENTS}/{lottery.pk}"
    page.force_login(operator)
    _take(list_of(lottery, some_entries(4), pages=2)[:1])
    _take(list_of(lottery, some_entries(2), digest="0" * 64))

    answers: list[Any] = [
        client.post(f"{address}/pause", {}),
        client.post(f"{address}/message", {"ko": "곧 열어요", "en": ""}),
        client.get(address),
        client.get(EVENTS),
        client.get(f"{address}/audit"),
        page.get(f"/admin/coupons/couponevent/{lottery.pk}/change/"),
        page.get("/admin/coupons/auditentry/"),
    ]
    audit = AuditEntry.objects.filter(event=lottery)
    sent = OutboxRow.objects.all()

    assert {answer.status_code for answer in answers} == {200}
    seed = lottery.draw.seed
    assert [seed in answer.content.decode() for answer in answers] == [False] * len(answers)
    assert (audit.count(), seed in serializers.serialize("json", audit)) == (3, False)
    assert (sent.count(), seed.encode() in b"".join(bytes(row.value) for row in sent)) == (3, False)
    assert seed not in caplog.text
    assert seed not in f"{lottery.draw!r} {lottery.draw}"
    assert "draw_entries_refused" in caplog.text


def test_the_whole_list_reveals_the_seed(lottery: CouponEvent, caplog: pytest.LogCaptureFixture) -> None:
    entries = some_entries(7)
    pages = list_of(lottery, entries, pages=3)

    _take([pages[2], pages[0]])
    _assert_secret(lottery)
    _take([pages[1]])

    published = published_of(lottery)[-1]
    assert published.draw == PublishedDraw(
        commitment=lottery.draw.commitment,
        entries_digest=digest_of(event_id=str(lottery.pk), entries=entries),
        entries=7,
        seed=lottery.draw.seed,
    )
    assert (published.revision, published.trace_id) == (3, "trace-of-shutting")
    assert CouponEvent.objects.get(pk=lottery.pk).revision == 3
    assert _kept(lottery) == entries
    # Not even now: only the event tells it.
    assert lottery.draw.seed not in caplog.text
    assert [entry.act for entry in AuditEntry.objects.filter(event=lottery)] == ["publish"]


def test_what_operators_do_after_the_reveal_tells_the_draw_again(lottery: CouponEvent) -> None:
    _take(list_of(lottery, some_entries(3)))

    services.pause(event_id=lottery.pk, by=_by(lottery))
    services.close(event_id=lottery.pk, by=_by(lottery))

    revealed, paused, closed = published_of(lottery)[1:]
    assert revealed.draw == paused.draw == closed.draw
    assert [one.revision for one in (revealed, paused, closed)] == [3, 4, 5]
    facts = serializers.serialize("json", AuditEntry.objects.filter(event=lottery))
    assert lottery.draw.seed not in facts


def test_redelivery_changes_nothing(lottery: CouponEvent) -> None:
    entries = some_entries(6)
    pages = list_of(lottery, entries, pages=2)

    _take([pages[0], pages[0], pages[1], pages[1], pages[0], *pages])

    assert len(published_of(lottery)) == 2
    assert _kept(lottery) == entries


def test_the_first_whole_list_wins_and_no_other_is_looked_at(lottery: CouponEvent) -> None:
    slow, fast, late = some_entries(6), some_entries(4), some_entries(5)
    begun = list_of(lottery, slow, pages=2)

    _take([begun[0], *list_of(lottery, fast, pages=2), begun[1], *list_of(lottery, late)])

    draws = [one.draw.entries for one in published_of(lottery) if one.draw]
    assert draws == [None, 4]
    assert _kept(lottery) == fast
    assert DrawPage.objects.count() == 1


def test_one_list_that_was_cut_in_two_ways_is_not_mixed_up(lottery: CouponEvent) -> None:
    entries = some_entries(12)
    by_two, by_three = list_of(lottery, entries, pages=2), list_of(lottery, entries, pages=3)

    _take([by_two[0], by_three[1], by_three[2]])
    _assert_secret(lottery)
    _take([by_two[1]])

    assert _kept(lottery) == entries


def test_a_list_whose_digest_is_another_is_refused_and_does_not_block_the_right_one(
    lottery: CouponEvent, caplog: pytest.LogCaptureFixture
) -> None:
    entries = some_entries(6)
    right = list_of(lottery, entries, pages=2)
    wrong = list_of(lottery, some_entries(6), pages=2, digest=right[0].entries_digest)

    _take(wrong)
    _assert_secret(lottery)
    assert (DrawPage.objects.count(), "its digest is another" in caplog.text) == (0, True)
    _take([wrong[0], *right])

    assert published_of(lottery)[-1].draw == PublishedDraw(
        commitment=lottery.draw.commitment, entries_digest=right[0].entries_digest, entries=6, seed=lottery.draw.seed
    )
    assert _kept(lottery) == entries


def test_nobody_stands_in_the_list_twice(lottery: CouponEvent, caplog: pytest.LogCaptureFixture) -> None:
    entries = some_entries(3)
    doubled = sorted([*entries, entries[1]])

    _take(list_of(lottery, doubled, pages=2))

    _assert_secret(lottery)
    assert (DrawPage.objects.count(), "an entry stands in it twice" in caplog.text) == (0, True)
    _take(list_of(lottery, entries))
    assert _kept(lottery) == entries


def test_a_list_is_of_its_own_event_only(lottery: CouponEvent, make_event: MakeEvent) -> None:
    entries = some_entries(3)
    other = published_lottery(make_event)

    _take(list_of(lottery, entries, digest=digest_of(event_id=str(other.pk), entries=entries)))

    _assert_secret(lottery)
    _assert_secret(other)


def test_a_page_past_the_last_is_none_of_the_list(lottery: CouponEvent) -> None:
    pages = list_of(lottery, some_entries(4), pages=2)

    _take([pages[0], pages[1].model_copy(update={"page": 3})])

    _assert_secret(lottery)


def test_a_lottery_that_nobody_registered_for_opens_too(lottery: CouponEvent) -> None:
    _take(list_of(lottery, []))

    published = published_of(lottery)[-1].draw
    assert published is not None
    assert (published.entries, published.seed) == (0, lottery.draw.seed)
    assert _kept(lottery) == []


def test_a_list_of_many_is_kept_in_order_whatever_order_it_came_in(lottery: CouponEvent) -> None:
    entries = some_entries(2 * ENTRIES_A_ROW + 1)

    _take(list_of(lottery, reversed(entries), pages=7))

    assert _kept(lottery) == entries
    assert DrawPage.objects.filter(event=lottery, pages=3).count() == 3


def test_a_lottery_that_was_closed_first_keeps_its_seed_for_ever(lottery: CouponEvent) -> None:
    pages = list_of(lottery, some_entries(4), pages=2)
    _take(pages[:1])

    services.close(event_id=lottery.pk, by=_by(lottery))
    _take(pages)

    _assert_secret(lottery)
    assert published_of(lottery)[-1].state == "closed"


@pytest.mark.parametrize(
    ("state", "line_order"),
    [("draft", LineOrder.LOTTERY), ("draft", LineOrder.FIFO), ("published", LineOrder.FIFO), (None, None)],
)
def test_no_entries_are_taken_where_no_draw_was_promised(
    make_event: MakeEvent, state: str | None, line_order: LineOrder | None
) -> None:
    event = make_event(state=state, line_order=line_order) if line_order else CouponEvent(pk=uuid4())

    _take(list_of(event, some_entries(2)))

    assert not DrawPage.objects.exists()
    assert not OutboxRow.objects.exists()


def test_two_lists_at_once_reveal_one_draw(lottery: CouponEvent) -> None:
    lists = [list_of(lottery, some_entries(500), pages=4) for _ in range(3)]
    begin = threading.Barrier(len(lists))

    def take(pages: Sequence[DrawEntriesShutV1]) -> None:
        try:
            begin.wait(timeout=10)
            _take(pages)
        finally:
            connection.close()

    threads = [threading.Thread(target=copy_context().run, args=(take, pages)) for pages in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    lottery.refresh_from_db()
    assert len(published_of(lottery)) == 2
    assert digest_of(event_id=str(lottery.pk), entries=_kept(lottery)) == lottery.draw.entries_digest
    assert DrawPage.objects.count() == 1


def test_the_order_of_the_line_can_be_changed_in_a_draft_only(make_event: MakeEvent, lottery: CouponEvent) -> None:
    draft = make_event(state=CouponEvent.State.DRAFT)

    def change(event: CouponEvent) -> CouponEvent:
        now = timezone.now()
        terms = Terms(
            title="봄", quantity=3, discount_won=1_000, opens_at=now, closes_at=event.closes_at,
            line_order=LineOrder.FIFO if event.line_order == LineOrder.LOTTERY else LineOrder.LOTTERY,
        )  # fmt: skip
        return services.change_draft(event_id=event.pk, terms=terms, by=_by(event))

    changed = change(draft)
    with pytest.raises(NotADraft):
        change(lottery)

    assert (changed.line_order, CouponEvent.objects.get(pk=lottery.pk).line_order) == ("lottery", "lottery")
    assert AuditEntry.objects.get(event=draft).facts["line_order"] == ["fifo", "lottery"]
