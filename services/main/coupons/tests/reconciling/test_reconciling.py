"""Whatever MySQL, Kafka and Redis tell differently of a drop is said in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coupons.issuing.services import issue_coupons
from coupons.models import CouponEvent
from coupons.reconciling.differences import Asked, InMySQL, InRedis, OnKafka, Unit, differences
from coupons.tests.conftest import MakeEvent, claim, make_customers
from messaging.tests.kafka import publish
from outbox.models import OutboxRow
from salon_contracts.events.coupons import CouponIssuedV1, CouponRefusedV1, RefusalReason
from salon_contracts.events.topics import COUPON_CLAIMS, COUPONS
from salon_contracts.stores import redis_keys
from serving.redis import shared_redis

EVENT = UUID("00000000-0000-4000-8000-000000000001")
CLAIMS = tuple(
    claim(EVENT, customer, serial, claim_id=f"c{serial}") for serial, customer in ((1, 11), (2, 12), (3, 13))
)
COUPON_IDS = {1: UUID(int=1), 2: UUID(int=2)}
ISSUED = tuple(
    CouponIssuedV1(
        claim_id=f"c{serial}",
        coupon_id=coupon_id,
        customer_id=10 + serial,
        number=serial,
        serial=serial,
        coupon_event_id=EVENT,
        trace_id="t",
    )
    for serial, coupon_id in COUPON_IDS.items()
)
REFUSED = CouponRefusedV1(
    claim_id="c3",
    customer_id=13,
    number=3,
    serial=3,
    reason=RefusalReason.UNKNOWN_CUSTOMER,
    coupon_event_id=EVENT,
    trace_id="t",
)
UNITS = tuple(Unit(str(coupon_id), 10 + serial, serial) for serial, coupon_id in COUPON_IDS.items())

MYSQL = InMySQL(quantity=5, coupons=UNITS, refused=frozenset({Asked("c3", 13, 3)}))
KAFKA = OnKafka(claims=CLAIMS, answers=(*ISSUED, REFUSED))
REDIS = InRedis(issued={1: 11, 2: 12}, answers={11: UNITS[0], 12: UNITS[1], 13: None}, returned=(3,))


@pytest.mark.unit
def test_three_that_tell_the_same_have_no_differences() -> None:
    repeated = replace(KAFKA, claims=KAFKA.claims * 2, answers=KAFKA.answers * 2)

    assert list(differences(MYSQL, KAFKA, REDIS)) == []
    assert list(differences(MYSQL, repeated, REDIS)) == []  # both topics are at least once
    assert list(differences(InMySQL(quantity=5), OnKafka(), InRedis(knows_the_line=False))) == []


def _mysql(**changes: Any) -> tuple[InMySQL, OnKafka, InRedis]:
    return replace(MYSQL, **changes), KAFKA, REDIS


def _kafka(**changes: Any) -> tuple[InMySQL, OnKafka, InRedis]:
    return MYSQL, replace(KAFKA, **changes), REDIS


def _redis(**changes: Any) -> tuple[InMySQL, OnKafka, InRedis]:
    return MYSQL, KAFKA, replace(REDIS, **changes)


STRANGE = Unit(str(UUID(int=9)), 19, 4)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("doctored", "answers"),
    [
        (_mysql(quantity=1), "with serial 2 for customer 12, but there are 1 units"),
        (_mysql(coupons=UNITS[:1]), "Kafka has claim c2 of customer 12, MySQL has no answer to it"),
        (_mysql(refused=frozenset({*MYSQL.refused, Asked("c1", 11, 1)})), "issued and refused claim c1"),
        (_mysql(coupons=(*UNITS, STRANGE)), "for customer 19, but nobody claimed it on Kafka"),
        (_mysql(refused=frozenset({*MYSQL.refused, Asked("c9", 19, 4)})), "claim c9 of customer 19, which is not on"),
        (_kafka(claims=KAFKA.claims[1:]), "for customer 11, but nobody claimed it on Kafka"),
        (_kafka(answers=(ISSUED[0], REFUSED)), "for customer 12, but Kafka does not say so"),
        (_kafka(answers=ISSUED), "refused claim c3 of customer 13, but Kafka does not say so"),
        (_kafka(answers=(*KAFKA.answers, ISSUED[0].model_copy(update={"serial": 4}))), "MySQL has no such coupon"),
        (_kafka(answers=(*KAFKA.answers, REFUSED.model_copy(update={"claim_id": "c1"}))), "did not refuse it"),
        (_redis(issued={1: 11}), "for customer 12, but Redis counts that unit as free"),
        (_redis(issued={1: 11, 2: 12, 4: 14}), "Redis counts serial 4 as issued, MySQL has no such coupon"),
        (_redis(issued={1: 11, 2: 99}), "Redis gives serial 2 to customer 99, MySQL to 12"),
        (_redis(returned=(3, 2)), "Redis offers serial 2 to the next in line, but it is customer 12's"),
        (_redis(answers={**REDIS.answers, 12: None}), "Redis told customer 12 no"),
        (_redis(answers={**REDIS.answers, 14: STRANGE}), "Redis told customer 14 yes"),
        (_redis(answers={**REDIS.answers, 12: STRANGE}), "Redis told customer 12 of coupon"),
        (_redis(answers={11: UNITS[0]}), "for customer 12, but Redis has not told that customer"),
        (_redis(in_flight=frozenset({"c1"})), "Redis waits for an answer to claim c1, which Kafka has"),
        (_redis(in_flight=frozenset({"c9"})), "claim c9, which was never sent"),
        (_redis(unsent=frozenset({"c9"})), "Redis has not yet handed claim c9 to Kafka"),
        (_redis(knows_the_line=False), "Redis does not know this line, but MySQL has 2 coupons"),
    ],
)
def test_each_difference_is_said(doctored: tuple[InMySQL, OnKafka, InRedis], answers: str) -> None:
    found = list(differences(*doctored))

    assert any(answers in difference for difference in found), found


@pytest.mark.unit
def test_what_kafka_has_forgotten_is_not_held_against_anyone() -> None:
    forgotten = OnKafka(is_whole=False)

    assert list(differences(MYSQL, forgotten, REDIS)) == []
    assert list(differences(replace(MYSQL, coupons=()), forgotten, REDIS))


@pytest.mark.unit
def test_a_unit_that_redis_knows_without_its_owner_is_no_difference() -> None:
    assert list(differences(MYSQL, KAFKA, replace(REDIS, issued={1: 11, 2: None}))) == []


@pytest.fixture
def drop(make_event: MakeEvent) -> Iterator[CouponEvent]:
    """Two coupons and one refusal, through the real MySQL and Kafka, and what queue then keeps in the real Redis."""
    event, people = make_event(quantity=5), make_customers(2)
    asked = [claim(event, person, serial) for serial, person in enumerate(people, 1)]
    asked.append(claim(event, 10**15, 3))
    publish(COUPON_CLAIMS, [one.to_bytes() for one in asked], key=str(event.pk))
    outcome = issue_coupons(claims=asked, now=timezone.now())
    rows = OutboxRow.objects.filter(topic=COUPONS.name, key=str(event.pk)).order_by("pk")
    publish(COUPONS, [bytes(row.value) for row in rows], key=str(event.pk))
    redis = shared_redis()
    for answer in outcome.issued:
        redis.hset(redis_keys.line_issued(event.pk), answer.serial, answer.customer_id)
        answers = f"issued {answer.number} {answer.serial} {answer.coupon_id}"
        redis.hset(redis_keys.line_outcomes(event.pk), answer.customer_id, answers)
    redis.hset(redis_keys.line_outcomes(event.pk), str(10**15), "refused 3 unknown-customer")
    redis.rpush(redis_keys.line_returned(event.pk), 3)
    yield event
    redis.delete(*redis.scan_iter(f"{redis_keys.line_tag(event.pk)}:*"))


@pytest.mark.django_db
def test_the_command_compares_the_real_servers(drop: CouponEvent) -> None:
    out = StringIO()
    call_command("reconcile", str(drop.pk), stdout=out)
    assert "0 differences: MySQL 2 coupons and 1 refusals; Kafka 3 claims and 3 answers" in out.getvalue()

    redis = shared_redis()
    redis.hdel(redis_keys.line_issued(drop.pk), 1)
    redis.zadd(redis_keys.line_in_flight(drop.pk), {"lost-claim": 1})
    redis.xadd(redis_keys.line_unsent_claims(drop.pk), {"claim_id": "late-claim"})

    out = StringIO()
    with pytest.raises(CommandError, match="3 differences"):
        call_command("reconcile", str(drop.pk), stdout=out)
    assert "but Redis counts that unit as free" in out.getvalue()
    assert "claim lost-claim, which was never sent" in out.getvalue()
    assert "Redis has not yet handed claim late-claim to Kafka" in out.getvalue()


@pytest.mark.django_db
def test_an_event_that_is_not_there_cannot_be_compared() -> None:
    with pytest.raises(CommandError, match="no coupon event"):
        call_command("reconcile", str(uuid4()))
