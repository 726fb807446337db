"""The real `issue_coupons`, on the real Kafka and MySQL, killed in the middle."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Account
from config.env import env
from coupons.issuing.services import issue_coupons
from coupons.management.commands.issue_coupons import SUBSCRIPTION, answer
from coupons.models import Coupon, CouponEvent
from coupons.tests.conftest import MakeEvent, claim, make_customers
from coupons.tests.lotteries import list_of, published_lottery, published_of, some_entries
from messaging.consuming import consumer_loop
from messaging.subscription import Subscription
from messaging.tests.kafka import begin_at_the_end, committed, own_topic, publish, until
from messaging.tests.workers import Worker, worker
from outbox.models import OutboxRow
from salon_contracts.events.coupons import (
    ON_COUPON_CLAIMS,
    ON_COUPONS,
    CouponClaimedV1,
    CouponIssuedV1,
    Draw,
    DrawEntriesShutV1,
)
from salon_contracts.events.reading import read_event
from salon_contracts.events.topics import COUPON_CLAIMS, COUPON_DRAWS
from salon_contracts.verify.draw import commitment_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

GARBAGE = (b"", b"not json", b'{"type": "coupon.claimed.v1"}', b'{"type": "coupon.something-new.v3"}', None)


@pytest.fixture
def group() -> str:
    own = f"test-{uuid4().hex}"
    begin_at_the_end(COUPON_CLAIMS, group=own)
    begin_at_the_end(COUPON_DRAWS, group=own)
    return own


def _answers_of(event: CouponEvent) -> dict[str, set[tuple[str, str]]]:
    """What each claim has been told, by claim id."""
    published = defaultdict(set)
    for row in OutboxRow.objects.filter(topic="coupons", key=str(event.pk)):
        answer = read_event(bytes(row.value), known=ON_COUPONS)
        what = ("issued", str(answer.coupon_id)) if isinstance(answer, CouponIssuedV1) else ("no", answer.reason.value)
        published[answer.claim_id].add(what)
    return published


def _publish_amid_garbage(event: CouponEvent, claims: Sequence[CouponClaimedV1]) -> None:
    values: list[bytes | None] = []
    for place, one in enumerate(claims):
        values.append(one.to_bytes())
        if place % 100 == 0:
            values.extend(GARBAGE)
    publish(COUPON_CLAIMS, values, key=str(event.pk))


def _kill_between_reading_and_effect(process: Worker, event: CouponEvent, claims: Sequence[CouponClaimedV1]) -> None:
    """Hold the event's row, so that the issuer has read the claims and cannot write. Then kill -9."""
    tried_before = process.log.count("effect_postponed")
    with transaction.atomic():
        CouponEvent.objects.select_for_update().get(pk=event.pk)
        _publish_amid_garbage(event, claims)
        until(lambda: process.log.count("effect_postponed") > tried_before, seconds=40, what=process.log)
        process.kill()


def _kill_at_the_first_row(process: Worker, event: CouponEvent, claims: Sequence[CouponClaimedV1]) -> None:
    """Somewhere between the effect of one batch and that of a later one; before or after the offsets' commit."""
    rows_before = event.coupons.count()
    _publish_amid_garbage(event, claims)
    until(lambda: event.coupons.count() > rows_before, seconds=40, what=process.log)
    process.kill()


def test_kill_minus_nine_in_the_middle_loses_no_claim_and_doubles_no_coupon(
    make_event: MakeEvent, group: str, tmp_path: Path
) -> None:
    event, people = make_event(quantity=3_000), make_customers(3_200)
    wanted = [claim(event, person, serial) for serial, person in enumerate(people[:3_000], start=1)]
    losers = [claim(event, person, serial) for serial, person in enumerate(people[3_000:], start=1)]

    with worker("issue_coupons", "--group", group, log=tmp_path / "worker.log") as process:
        _kill_between_reading_and_effect(process, event, wanted[:1_500])
        process.start()
        _kill_at_the_first_row(process, event, [*wanted[1_500:], *losers])
        process.start()
        until(lambda: len(_answers_of(event)) >= 3_200, seconds=60, what=process.log)
        assert process.stop() == 0

    _assert_each_answered_once_and_for_all(event, wanted, losers)
    assert '"record_set_aside"' in process.log
    assert '"record_of_unknown_type"' in process.log


def test_a_group_that_lost_its_offsets_repeats_every_answer_and_no_coupon(
    make_event: MakeEvent, group: str, tmp_path: Path
) -> None:
    event, people = make_event(quantity=50), make_customers(60)
    wanted = [claim(event, person, serial) for serial, person in enumerate(people[:50], start=1)]
    losers = [claim(event, person, serial) for serial, person in enumerate(people[50:], start=1)]
    again = f"{group}-again"
    begin_at_the_end(COUPON_CLAIMS, group=again)
    _publish_amid_garbage(event, [*wanted, *losers])

    for number, name in enumerate((group, again), start=1):
        with worker("issue_coupons", "--group", name, log=tmp_path / "worker.log") as process:
            rows = OutboxRow.objects.filter(topic="coupons", key=str(event.pk))
            until(lambda: rows.count() >= number * 60, seconds=40, what=process.log)  # noqa: B023  # waited for here
            assert process.stop() == 0

    _assert_each_answered_once_and_for_all(event, wanted, losers)


def _assert_each_answered_once_and_for_all(
    event: CouponEvent, wanted: Sequence[CouponClaimedV1], losers: Sequence[CouponClaimedV1]
) -> None:
    rows = {str(coupon.pk): (coupon.customer_id, coupon.serial) for coupon in event.coupons.all()}
    assert sorted(rows.values()) == sorted((one.customer_id, one.serial) for one in wanted)
    published = _answers_of(event)
    for one in wanted:
        ((word, coupon_id),) = published[one.claim_id]
        assert (word, rows[coupon_id]) == ("issued", (one.customer_id, one.serial))
    assert {frozenset(published[one.claim_id]) for one in losers} == {frozenset({("no", "serial-taken")})}


def test_a_stopped_issuer_leaves_nothing_for_the_next_to_repeat(
    make_event: MakeEvent, group: str, tmp_path: Path
) -> None:
    event, people = make_event(), make_customers(5)
    publish(COUPON_CLAIMS, [claim(event, one, n).to_bytes() for n, one in enumerate(people, 1)], key=str(event.pk))

    with worker("issue_coupons", "--group", group, log=tmp_path / "worker.log") as process:
        until(lambda: len(_answers_of(event)) >= 5, seconds=40, what=process.log)
        assert process.stop() == 0

    assert OutboxRow.objects.filter(topic="coupons", key=str(event.pk)).count() == 5
    assert json.loads(process.log.strip().splitlines()[-1])["event"] == "worker_stopped"
    before = committed(COUPON_CLAIMS, group=group)
    assert sum(before.values()) >= 5


def test_an_issuer_survives_the_loss_of_its_connection(event: CouponEvent, customers: Sequence[Account]) -> None:
    """The connection is cut by MySQL itself, in the transaction, as when the server is killed."""
    cuts = iter([True, True, False])

    def handle(claims: Sequence[CouponClaimedV1]) -> None:
        if next(cuts, False):
            with connection.cursor() as cursor:
                cursor.execute("KILL CONNECTION_ID()")
        issue_coupons(claims=claims, now=timezone.now())

    with own_topic(partitions=1) as topic:
        publish(topic, [claim(event, person, serial).to_bytes() for serial, person in enumerate(customers, 1)])
        subscription = Subscription(f"test-{uuid4().hex}", (topic,), ON_COUPON_CLAIMS, "earliest", 100)
        loop = consumer_loop(subscription, brokers=env.kafka_brokers, handle=handle)

        def run() -> None:
            loop.run()
            connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        until(lambda: Coupon.objects.filter(event=event).count() == len(customers))
        until(lambda: loop.is_ready)
        loop.stop()
        thread.join(timeout=20)
        assert committed(topic, group=subscription.group) == {0: len(customers)}

    assert next(cuts, None) is None
    assert OutboxRow.objects.filter(topic="coupons").count() == len(customers)


def test_a_list_of_entries_on_kafka_reveals_the_seed(make_event: MakeEvent, group: str, tmp_path: Path) -> None:
    event, entries = published_lottery(make_event), some_entries(12_000)
    pages = list_of(event, entries, pages=3)

    with worker("issue_coupons", "--group", group, log=tmp_path / "worker.log") as process:
        publish(COUPON_DRAWS, [*GARBAGE, *(page.to_bytes() for page in (*pages, *pages))], key=str(event.pk))
        until(lambda: len(published_of(event)) > 1, seconds=40, what=process.log)
        until(lambda: process.log.count("draw_entries_not_awaited") >= 3, what=process.log)
        assert process.stop() == 0

    published, revealed = (change.draw for change in published_of(event))
    assert published == Draw(commitment=event.draw.commitment)
    assert revealed is not None
    assert (revealed.entries, revealed.entries_digest) == (12_000, pages[0].entries_digest)
    assert commitment_of(event_id=str(event.pk), seed=str(revealed.seed)) == published.commitment
    assert str(revealed.seed) not in process.log


def test_claims_are_answered_before_the_pages_they_came_with(
    make_event: MakeEvent, event: CouponEvent, customer: Account
) -> None:
    lottery = published_lottery(make_event)
    (page,) = list_of(lottery, some_entries(2))

    answer([page, claim(event, customer, serial=1)])

    published = OutboxRow.objects.filter(key__in=[str(event.pk), str(lottery.pk)]).order_by("pk")
    assert [row.topic for row in published] == ["coupon-events", "coupons", "coupon-events"]


def test_the_issuer_reads_claims_and_lists_of_entries_and_nothing_that_it_does_not_know() -> None:
    assert SUBSCRIPTION.topics == (COUPON_CLAIMS, COUPON_DRAWS)
    assert SUBSCRIPTION.known == (CouponClaimedV1, DrawEntriesShutV1)
    assert SUBSCRIPTION.when_offsets_are_lost == "earliest"
