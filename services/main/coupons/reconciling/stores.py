"""Reads what MySQL, Kafka and Redis hold of one coupon event. It writes nowhere and joins no consumer group."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from confluent_kafka import Consumer, KafkaException, TopicPartition

from coupons.models import Coupon, CouponEvent, RefusedClaim, RehearsedCoupon
from coupons.reconciling.differences import Asked, InMySQL, InRedis, OnKafka, Unit
from salon_contracts.events.coupons import ON_COUPON_CLAIMS, ON_COUPONS
from salon_contracts.events.envelope import Event
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event
from salon_contracts.events.topics import COUPON_CLAIMS, COUPONS, Topic
from salon_contracts.stores import redis_keys
from salon_kit.kafka.address import connection
from serving.redis import shared_redis

EventT = TypeVar("EventT", bound=Event)

ANSWER_SECONDS = 15
READ_SECONDS = 300


def read_mysql(event: CouponEvent) -> InMySQL:
    issued_units = RehearsedCoupon.objects if event.rehearsal else Coupon.objects
    coupons = issued_units.filter(event=event).order_by("serial").values_list("pk", "customer_id", "serial")
    refused = RefusedClaim.objects.filter(event_id=event.pk).values_list("claim_id", "customer_id", "serial")
    return InMySQL(
        quantity=event.quantity,
        coupons=tuple(Unit(str(pk), customer, serial) for pk, customer, serial in coupons),
        refused=frozenset(Asked(*row) for row in refused),
    )


def read_redis(event_id: UUID) -> InRedis:
    redis: Any = shared_redis()  # its types do not know that answers are text
    issued = redis.hgetall(redis_keys.line_issued(event_id))
    outcomes = redis.hgetall(redis_keys.line_outcomes(event_id))
    return InRedis(
        issued={int(serial): None if account == "?" else int(account) for serial, account in issued.items()},
        answers={int(account): _unit(int(account), outcome) for account, outcome in outcomes.items()},
        in_flight=frozenset(redis.zrange(redis_keys.line_in_flight(event_id), 0, -1)),
        unsent=frozenset(facts["claim_id"] for _, facts in redis.xrange(redis_keys.line_unsent_claims(event_id))),
        returned=tuple(int(serial) for serial in redis.lrange(redis_keys.line_returned(event_id), 0, -1)),
        knows_the_line=bool(issued or outcomes or redis.exists(redis_keys.line_public_state(event_id))),
    )


def _unit(account: int, outcome: str) -> Unit | None:
    """From "issued number serial coupon-id"; None when the customer was refused."""
    kind, _number, *rest = outcome.split(" ")
    return Unit(rest[1], account, int(rest[0])) if kind == "issued" else None


def read_kafka(event_id: UUID, *, brokers: str) -> OnKafka:
    """From the beginning of both topics to where they ended when we began."""
    settings: dict[str, str | int | float | bool] = {
        **connection(brokers),
        "client.id": "main-reconcile",
        "group.id": "main-reconcile",  # demanded by the client, used for nothing
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "isolation.level": "read_committed",
        "enable.partition.eof": False,
    }
    consumer = Consumer(settings)
    try:
        answers, has_all_answers = _read(consumer, COUPONS, str(event_id))
        claims, has_all_claims = _read(consumer, COUPON_CLAIMS, str(event_id))
    finally:
        consumer.close()
    return OnKafka(
        claims=tuple(_events(claims, ON_COUPON_CLAIMS)),
        answers=tuple(_events(answers, ON_COUPONS)),
        is_whole=has_all_answers and has_all_claims,
    )


def _read(consumer: Consumer, topic: Topic, key: str) -> tuple[list[bytes | None], bool]:
    """The values with this key, and whether the topic still has its beginning."""
    begins, ends = {}, {}
    for number in range(topic.partitions):
        partition = TopicPartition(topic.name, number)
        begins[number], ends[number] = consumer.get_watermark_offsets(partition, timeout=ANSWER_SECONDS)
    unread = {number: ends[number] for number in ends if ends[number] > begins[number]}
    consumer.assign([TopicPartition(topic.name, number, begins[number]) for number in unread])
    found: list[bytes | None] = []
    deadline = time.monotonic() + READ_SECONDS
    while unread:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{topic.name} was not read to its end within {READ_SECONDS} s")
        for record in consumer.consume(500, 0.2):
            if (fault := record.error()) is not None:
                raise KafkaException(fault)
            if record.key() == key.encode():
                found.append(record.value())
        # By position, not by the last record: what was aborted or compacted leaves offsets without a record.
        at = consumer.position([TopicPartition(topic.name, number) for number in unread])
        unread = {spot.partition: unread[spot.partition] for spot in at if spot.offset < unread[spot.partition]}
    consumer.unassign()
    return found, not any(begins.values())


def _events(values: Sequence[bytes | None], known: Sequence[type[EventT]]) -> Iterator[EventT]:
    for value in values:
        try:
            yield read_event(value, known=known)
        except (UnreadableRecord, UnknownEventType):
            continue  # neither a claim nor an answer: the readers pass over it too
