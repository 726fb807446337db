"""Main's half of a lottery: a seed nobody knows until it is known who takes part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.errors import NotADraft
from coupons.models import AuditEntry, CouponEvent
from coupons.models.draw import Draw
from coupons.operating import services
from coupons.operating.terms import Terms
from coupons.tests.conftest import MakeEvent
from coupons.tests.draws.conftest import assert_secret, by, kept, take
from coupons.tests.lotteries import list_of, published_lottery, published_of, some_entries
from outbox.models import OutboxRow
from salon_contracts.events.coupons import Draw as PublishedDraw
from salon_contracts.events.coupons import LineOrder
from salon_contracts.verify.draw import commitment_of, digest_of

pytestmark = pytest.mark.django_db(transaction=True)

ClientOf = Callable[[Account], APIClient]

EVENTS = "/api/v1/coupon-events"


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

    services.publish(event_id=event.pk, by=by(event))

    (published,) = published_of(event)
    assert (published.line_order, published.draw) == (LineOrder.FIFO, None)
    assert not Draw.objects.exists()


def test_publishing_twice_makes_one_seed(lottery: CouponEvent) -> None:
    seed = lottery.draw.seed

    services.publish(event_id=lottery.pk, by=by(lottery))

    assert Draw.objects.get(event=lottery).seed == seed


def test_nobody_can_read_the_seed_before_it_is_revealed(
    lottery: CouponEvent, operator: Account, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    client, page, address = client_of(operator), Client(), f"{EVENTS}/{lottery.pk}"
    page.force_login(operator)
    take(list_of(lottery, some_entries(4), pages=2)[:1])
    take(list_of(lottery, some_entries(2), digest="0" * 64))

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

    take([pages[2], pages[0]])
    assert_secret(lottery)
    take([pages[1]])

    published = published_of(lottery)[-1]
    assert published.draw == PublishedDraw(
        commitment=lottery.draw.commitment,
        entries_digest=digest_of(event_id=str(lottery.pk), entries=entries),
        entries=7,
        seed=lottery.draw.seed,
    )
    assert (published.revision, published.trace_id) == (3, "trace-of-shutting")
    assert CouponEvent.objects.get(pk=lottery.pk).revision == 3
    assert kept(lottery) == entries
    # Not even now: only the event tells it.
    assert lottery.draw.seed not in caplog.text
    assert [entry.act for entry in AuditEntry.objects.filter(event=lottery)] == ["publish"]


def test_what_operators_do_after_the_reveal_tells_the_draw_again(lottery: CouponEvent) -> None:
    take(list_of(lottery, some_entries(3)))

    services.pause(event_id=lottery.pk, by=by(lottery))
    services.close(event_id=lottery.pk, by=by(lottery))

    revealed, paused, closed = published_of(lottery)[1:]
    assert revealed.draw == paused.draw == closed.draw
    assert [one.revision for one in (revealed, paused, closed)] == [3, 4, 5]
    facts = serializers.serialize("json", AuditEntry.objects.filter(event=lottery))
    assert lottery.draw.seed not in facts


def test_a_lottery_that_nobody_registered_for_opens_too(lottery: CouponEvent) -> None:
    take(list_of(lottery, []))

    published = published_of(lottery)[-1].draw
    assert published is not None
    assert (published.entries, published.seed) == (0, lottery.draw.seed)
    assert kept(lottery) == []


def test_a_lottery_that_was_closed_first_keeps_its_seed_for_ever(lottery: CouponEvent) -> None:
    pages = list_of(lottery, some_entries(4), pages=2)
    take(pages[:1])

    services.close(event_id=lottery.pk, by=by(lottery))
    take(pages)

    assert_secret(lottery)
    assert published_of(lottery)[-1].state == "closed"


def test_the_order_of_the_line_can_be_changed_in_a_draft_only(make_event: MakeEvent, lottery: CouponEvent) -> None:
    draft = make_event(state=CouponEvent.State.DRAFT)

    def change(event: CouponEvent) -> CouponEvent:
        now = timezone.now()
        terms = Terms(
            title="봄", quantity=3, discount_won=1_000, opens_at=now, closes_at=event.closes_at,
            line_order=LineOrder.FIFO if event.line_order == LineOrder.LOTTERY else LineOrder.LOTTERY,
        )  # fmt: skip
        return services.change_draft(event_id=event.pk, terms=terms, by=by(event))

    changed = change(draft)
    with pytest.raises(NotADraft):
        change(lottery)

    assert (changed.line_order, CouponEvent.objects.get(pk=lottery.pk).line_order) == ("lottery", "lottery")
    assert AuditEntry.objects.get(event=draft).facts["line_order"] == ["fifo", "lottery"]
