"""Who takes part: one whole list for good, whatever order or company its pages come in."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextvars import copy_context
from uuid import uuid4

import pytest
from django.db import connection

from coupons.models import CouponEvent
from coupons.models.draw import ENTRIES_A_ROW, DrawPage
from coupons.tests.conftest import MakeEvent
from coupons.tests.draws.conftest import assert_secret, kept, take
from coupons.tests.lotteries import list_of, published_lottery, published_of, some_entries
from outbox.models import OutboxRow
from salon_contracts.events.coupons import Draw as PublishedDraw
from salon_contracts.events.coupons import DrawEntriesShutV1, LineOrder
from salon_contracts.verify.draw import digest_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_redelivery_changes_nothing(lottery: CouponEvent) -> None:
    entries = some_entries(6)
    pages = list_of(lottery, entries, pages=2)

    take([pages[0], pages[0], pages[1], pages[1], pages[0], *pages])

    assert len(published_of(lottery)) == 2
    assert kept(lottery) == entries


def test_the_first_whole_list_wins_and_no_other_is_looked_at(lottery: CouponEvent) -> None:
    slow, fast, late = some_entries(6), some_entries(4), some_entries(5)
    begun = list_of(lottery, slow, pages=2)

    take([begun[0], *list_of(lottery, fast, pages=2), begun[1], *list_of(lottery, late)])

    draws = [one.draw.entries for one in published_of(lottery) if one.draw]
    assert draws == [None, 4]
    assert kept(lottery) == fast
    assert DrawPage.objects.count() == 1


def test_one_list_that_was_cut_in_two_ways_is_not_mixed_up(lottery: CouponEvent) -> None:
    entries = some_entries(12)
    by_two, by_three = list_of(lottery, entries, pages=2), list_of(lottery, entries, pages=3)

    take([by_two[0], by_three[1], by_three[2]])
    assert_secret(lottery)
    take([by_two[1]])

    assert kept(lottery) == entries


def test_a_list_whose_digest_is_another_is_refused_and_does_not_block_the_right_one(
    lottery: CouponEvent, caplog: pytest.LogCaptureFixture
) -> None:
    entries = some_entries(6)
    right = list_of(lottery, entries, pages=2)
    wrong = list_of(lottery, some_entries(6), pages=2, digest=right[0].entries_digest)

    take(wrong)
    assert_secret(lottery)
    assert (DrawPage.objects.count(), "its digest is another" in caplog.text) == (0, True)
    take([wrong[0], *right])

    assert published_of(lottery)[-1].draw == PublishedDraw(
        commitment=lottery.draw.commitment, entries_digest=right[0].entries_digest, entries=6, seed=lottery.draw.seed
    )
    assert kept(lottery) == entries


def test_nobody_stands_in_the_list_twice(lottery: CouponEvent, caplog: pytest.LogCaptureFixture) -> None:
    entries = some_entries(3)
    doubled = sorted([*entries, entries[1]])

    take(list_of(lottery, doubled, pages=2))

    assert_secret(lottery)
    assert (DrawPage.objects.count(), "an entry stands in it twice" in caplog.text) == (0, True)
    take(list_of(lottery, entries))
    assert kept(lottery) == entries


def test_a_list_is_of_its_own_event_only(lottery: CouponEvent, make_event: MakeEvent) -> None:
    entries = some_entries(3)
    other = published_lottery(make_event)

    take(list_of(lottery, entries, digest=digest_of(event_id=str(other.pk), entries=entries)))

    assert_secret(lottery)
    assert_secret(other)


def test_a_page_past_the_last_is_none_of_the_list(lottery: CouponEvent) -> None:
    pages = list_of(lottery, some_entries(4), pages=2)

    take([pages[0], pages[1].model_copy(update={"page": 3})])

    assert_secret(lottery)


def test_a_list_of_many_is_kept_in_order_whatever_order_it_came_in(lottery: CouponEvent) -> None:
    entries = some_entries(2 * ENTRIES_A_ROW + 1)

    take(list_of(lottery, reversed(entries), pages=7))

    assert kept(lottery) == entries
    assert DrawPage.objects.filter(event=lottery, pages=3).count() == 3


@pytest.mark.parametrize(
    ("state", "line_order"),
    [("draft", LineOrder.LOTTERY), ("draft", LineOrder.FIFO), ("published", LineOrder.FIFO), (None, None)],
)
def test_no_entries_are_taken_where_no_draw_was_promised(
    make_event: MakeEvent, state: str | None, line_order: LineOrder | None
) -> None:
    event = make_event(state=state, line_order=line_order) if line_order else CouponEvent(pk=uuid4())

    take(list_of(event, some_entries(2)))

    assert not DrawPage.objects.exists()
    assert not OutboxRow.objects.exists()


def test_two_lists_at_once_reveal_one_draw(lottery: CouponEvent) -> None:
    lists = [list_of(lottery, some_entries(500), pages=4) for _ in range(3)]
    begin = threading.Barrier(len(lists))

    def take_at_once(pages: Sequence[DrawEntriesShutV1]) -> None:
        try:
            begin.wait(timeout=10)
            take(pages)
        finally:
            connection.close()

    threads = [threading.Thread(target=copy_context().run, args=(take_at_once, pages)) for pages in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    lottery.refresh_from_db()
    assert len(published_of(lottery)) == 2
    assert digest_of(event_id=str(lottery.pk), entries=kept(lottery)) == lottery.draw.entries_digest
    assert DrawPage.objects.count() == 1
