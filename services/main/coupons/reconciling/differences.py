"""Do MySQL, Kafka and Redis tell the same story of a coupon event? A comparison of what was read, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from salon_contracts.events.coupons import CouponClaimedV1, CouponIssuedV1, CouponRefusedV1


class Unit(NamedTuple):
    """One coupon, as any of the three tells of it."""

    coupon_id: str
    customer_id: int
    serial: int


class Asked(NamedTuple):
    """What makes a claim that one and no other."""

    claim_id: str
    customer_id: int
    serial: int


@dataclass(frozen=True)
class InMySQL:
    quantity: int
    coupons: tuple[Unit, ...] = ()
    refused: frozenset[Asked] = frozenset()


@dataclass(frozen=True)
class OnKafka:
    """`is_whole` is False when old records have been removed by retention: then nothing can be missing there."""

    claims: tuple[CouponClaimedV1, ...] = ()
    answers: tuple[CouponIssuedV1 | CouponRefusedV1, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True)
class InRedis:
    """`issued` by serial, None where the line knows no account; `told` by account."""

    issued: Mapping[int, int | None] = field(default_factory=dict)
    answers: Mapping[int, Unit | None] = field(default_factory=dict)
    in_flight: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()
    returned: tuple[int, ...] = ()
    knows_the_line: bool = True


def differences(mysql: InMySQL, kafka: OnKafka, redis: InRedis) -> Iterator[str]:
    """In plain words, one each. In a drop that is going on, what is under way counts as a difference."""
    yield from _among_coupons(mysql)
    yield from _between_claims_and_mysql(mysql, kafka)
    yield from _between_answers_and_mysql(mysql, kafka)
    if redis.knows_the_line:
        yield from _between_units(mysql, redis)
        yield from _between_answers(mysql, redis)
        yield from _between_claims_under_way(mysql, kafka, redis)
    elif mysql.coupons:
        yield f"Redis does not know this line, but MySQL has {len(mysql.coupons)} coupons"


def _among_coupons(mysql: InMySQL) -> Iterator[str]:
    for unit in mysql.coupons:
        if not 1 <= unit.serial <= mysql.quantity:
            yield f"MySQL: {_description(unit)}, but there are {mysql.quantity} units"


def _between_claims_and_mysql(mysql: InMySQL, kafka: OnKafka) -> Iterator[str]:
    given = {(unit.customer_id, unit.serial) for unit in mysql.coupons}
    asked = {Asked(claim.claim_id, claim.customer_id, claim.serial) for claim in kafka.claims}
    for claim in sorted(asked):
        is_given, is_refused = (claim.customer_id, claim.serial) in given, claim in mysql.refused
        if not is_given and not is_refused:
            yield f"Kafka has claim {claim.claim_id} of customer {claim.customer_id}, MySQL has no answer to it"
        elif is_given and is_refused:
            yield f"MySQL has issued and refused claim {claim.claim_id} of customer {claim.customer_id}"
    if not kafka.is_whole:
        return
    for unit in mysql.coupons:
        if (unit.customer_id, unit.serial) not in {(claim.customer_id, claim.serial) for claim in asked}:
            yield f"MySQL: {_description(unit)}, but nobody claimed it on Kafka"
    for claim in sorted(mysql.refused - asked):
        yield f"MySQL refused claim {claim.claim_id} of customer {claim.customer_id}, which is not on Kafka"


def _between_answers_and_mysql(mysql: InMySQL, kafka: OnKafka) -> Iterator[str]:
    issued = {
        Unit(str(answer.coupon_id), answer.customer_id, answer.serial)
        for answer in kafka.answers
        if isinstance(answer, CouponIssuedV1)
    }
    refused = {
        Asked(answer.claim_id, answer.customer_id, answer.serial)
        for answer in kafka.answers
        if isinstance(answer, CouponRefusedV1)
    }
    for unit in sorted(issued - set(mysql.coupons)):
        yield f"Kafka says issued: {_description(unit)}, MySQL has no such coupon"
    for claim in sorted(refused - mysql.refused):
        yield f"Kafka says refused: claim {claim.claim_id} of customer {claim.customer_id}, MySQL did not refuse it"
    if not kafka.is_whole:
        return
    for unit in sorted(set(mysql.coupons) - issued):
        yield f"MySQL: {_description(unit)}, but Kafka does not say so"
    for claim in sorted(mysql.refused - refused):
        yield f"MySQL refused claim {claim.claim_id} of customer {claim.customer_id}, but Kafka does not say so"


def _between_units(mysql: InMySQL, redis: InRedis) -> Iterator[str]:
    owners = {unit.serial: unit for unit in mysql.coupons}
    for serial, account in sorted(redis.issued.items()):
        if serial not in owners:
            yield f"Redis counts serial {serial} as issued, MySQL has no such coupon"
        elif account is not None and account != owners[serial].customer_id:
            yield f"Redis gives serial {serial} to customer {account}, MySQL to {owners[serial].customer_id}"
    for serial, unit in sorted(owners.items()):
        if serial not in redis.issued:
            yield f"MySQL: {_description(unit)}, but Redis counts that unit as free"
    for serial in redis.returned:
        if serial in owners:
            yield f"Redis offers serial {serial} to the next in line, but it is customer {owners[serial].customer_id}'s"


def _between_answers(mysql: InMySQL, redis: InRedis) -> Iterator[str]:
    held = {unit.customer_id: unit for unit in mysql.coupons}
    for account, answers in sorted(redis.answers.items()):
        unit = held.get(account)
        if answers is None and unit is not None:
            yield f"Redis told customer {account} no, but MySQL has {_description(unit)}"
        elif answers is not None and unit is None:
            yield f"Redis told customer {account} yes ({_description(answers)}), MySQL has no coupon"
        elif answers != unit:
            yield f"Redis told customer {account} of {_description(answers)}, MySQL has {_description(unit)}"
    for account, unit in sorted(held.items()):
        if account not in redis.answers:
            yield f"MySQL: {_description(unit)}, but Redis has not told that customer"


def _between_claims_under_way(mysql: InMySQL, kafka: OnKafka, redis: InRedis) -> Iterator[str]:
    claimed = {claim.claim_id for claim in kafka.claims}
    answered = {answer.claim_id for answer in kafka.answers}
    for claim_id in sorted(redis.in_flight):
        if claim_id in answered:
            yield f"Redis waits for an answer to claim {claim_id}, which Kafka has"
        elif claim_id not in claimed and claim_id not in redis.unsent and kafka.is_whole:
            yield f"Redis waits for an answer to claim {claim_id}, which was never sent"
    for claim_id in sorted(redis.unsent):
        yield f"Redis has not yet handed claim {claim_id} to Kafka"


def _description(unit: Unit | None) -> str:
    if unit is None:
        return "nothing"
    return f"coupon {unit.coupon_id} with serial {unit.serial} for customer {unit.customer_id}"
