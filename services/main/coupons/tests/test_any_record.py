"""Whatever stands on the topics that the issuer reads: it lives, and the next claim is answered."""

from __future__ import annotations

import pytest

from accounts.models import Account
from api.tests.harness.stepped_reader import Reader, everything_at_the_edges, sample_of, subscription_to, throw
from coupons.management.commands.issue_coupons import SUBSCRIPTION, answer
from coupons.models import Coupon
from coupons.tests.conftest import MakeEvent, claim, make_customers
from coupons.tests.lotteries import list_of, published_lottery, some_entries
from messaging.models import SetAsideRecord
from messaging.tests.kafka import own_topic
from salon_kit.testing.any_record import Thrown, drawn_records

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


def test_after_any_record_at_any_edge_the_next_claim_is_answered(make_event: MakeEvent) -> None:
    event, lottery = make_event(quantity=1_000), published_lottery(make_event)
    first, last = make_customers(2)
    (page,) = list_of(lottery, some_entries(3))
    thrown = everything_at_the_edges(claim(event, first, 1), page)

    with own_topic(partitions=1) as topic:
        throw(topic, [*thrown, Thrown(claim(event, last, 900).to_bytes())])
        with Reader(subscription_to(topic, SUBSCRIPTION.known), handle=answer) as reader:
            reader.read_up_to(len(thrown) + 1, seconds=120)

    assert Coupon.objects.filter(customer=last, serial=900).exists()
    aside = list(SetAsideRecord.objects.all())
    assert len(aside) > 100
    assert all(row.reason for row in aside)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_records_together_the_next_claim_is_answered(seed: int, make_event: MakeEvent) -> None:
    event, lottery = make_event(quantity=1_000), published_lottery(make_event)
    first, last = make_customers(2)
    (page,) = list_of(lottery, some_entries(3))
    samples = [sample_of(claim(event, first, 1)), sample_of(page)]
    thrown = drawn_records(samples, count=100, seed=seed)

    with own_topic(partitions=1) as topic:
        throw(topic, [*thrown, Thrown(claim(event, last, 900).to_bytes())])
        with Reader(subscription_to(topic, SUBSCRIPTION.known), handle=answer) as reader:
            reader.read_up_to(len(thrown) + 1)

    assert Coupon.objects.filter(event=event, customer=last, serial=900).exists()


def test_a_list_that_comes_again_after_the_draw_changes_nothing(make_event: MakeEvent, customer: Account) -> None:
    lottery = published_lottery(make_event)
    pages = [page.to_bytes() for page in list_of(lottery, some_entries(10), pages=2)]
    foreign = list_of(lottery, some_entries(4), pages=2)[0].to_bytes()

    with own_topic(partitions=1) as topic:
        throw(topic, [Thrown(page) for page in (pages[1], foreign, pages[0], *pages, None, foreign)])
        with Reader(subscription_to(topic, SUBSCRIPTION.known), handle=answer) as reader:
            reader.read_up_to(7)

    lottery.refresh_from_db()
    assert lottery.draw.entries == 10
    assert [row.reason for row in SetAsideRecord.objects.all()] == ["empty value"]
