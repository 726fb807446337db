"""What a person may do with a line. Knows no HTTP."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.line.errors import (
    AlreadyClaimed,
    AlreadyHasCoupon,
    Closed,
    LineFull,
    NotEligible,
    NotInLine,
    NotYetOpen,
    SoldOut,
)
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.join_batches import Joining
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Joiner, NotJoined, Overview, Place, Status
from salon_contracts.events.coupons import SIMULATED_ROLE, CouponEventChangedV1
from salon_contracts.http.access_tokens import Bearer
from salon_contracts.http.problem import Forbidden, Problem, UnknownCouponEvent

_LINE_FULL_RETRY_SECONDS = 5
_MAY_JOIN = frozenset({"customer", SIMULATED_ROLE})


class Ticket(NamedTuple):
    text: str
    is_new: bool
    place: Place


def check_may_join(catalog: EventCatalog, *, event_id: UUID, bearer: Bearer) -> None:
    """Customers join drops, simulated ones rehearsals, and nobody else joins.

    An event that this instance has not heard of yet is none for them; whoever else slipped into a rehearsal so early
    would be refused by main, and so is whoever slipped in with a token that does not say what the event asks.
    Raises Forbidden, UnknownCouponEvent, NotEligible.
    """
    if bearer.role not in _MAY_JOIN:
        raise Forbidden
    event = catalog.get(event_id)
    if (bearer.role == SIMULATED_ROLE) != (event is not None and event.rehearsal):
        raise UnknownCouponEvent
    if event is not None and not event.rehearsal and (missing := _missing(event, bearer)):
        raise NotEligible(missing=missing)


def _missing(event: CouponEventChangedV1, bearer: Bearer) -> list[str]:
    """What the event asks and the token denies. What a token of an older main does not say, main decides."""
    missing = []
    if event.needs_confirmed_email and bearer.email_confirmed is False:
        missing.append("confirmed-email")
    before, made_at = event.needs_account_before, bearer.account_made_at
    if before is not None and made_at is not None and made_at >= before.timestamp():
        missing.append("account-before")
    if event.needs_dog and bearer.has_dog is False:
        missing.append("dog")
    return missing


async def take_ticket(
    joining: Joining,
    *,
    catalog: EventCatalog,
    tickets: Tickets,
    event_id: UUID,
    account_id: int,
    presented: str | None,
    trace_id: str,
) -> Ticket:
    """Give the account its one place in the line; a presented ticket restores its number if Redis lost it.

    Raises InvalidTicket, UnknownCouponEvent, NotYetOpen, Closed, SoldOut, AlreadyHasCoupon, LineFull.
    """
    joiner = Joiner(account_id, 0, trace_id)
    if presented:
        number = tickets.number_of(presented, event_id=event_id, account_id=account_id)
        entry = "" if number else tickets.entry(event_id=event_id, account_id=account_id)
        joiner = Joiner(account_id, number, trace_id, entry)

    answer = await joining.join(event_id=event_id, joiner=joiner)
    if isinstance(answer, NotJoined) and answer.refusal == "unknown-event" and await catalog.announce_again(event_id):
        answer = await joining.join(event_id=event_id, joiner=joiner)
    if isinstance(answer, NotJoined):
        raise _refusal(answer)
    _raise_if_over(answer.place)
    text = tickets.sign(event_id=event_id, account_id=account_id, number=answer.place.number)
    return Ticket(text=text, is_new=answer.created, place=answer.place)


async def leave_line(redis: Redis, *, event_id: UUID, account_id: int) -> None:
    """Leave at once; those behind move up. Raises AlreadyClaimed or AlreadyHasCoupon when it is too late."""
    left = await scripts.leave(redis, event_id=event_id, account_id=account_id)
    if left == "claimed":
        raise AlreadyClaimed
    if left == "issued":
        raise AlreadyHasCoupon


async def place_in_line(redis: Redis, *, event_id: UUID, account_id: int, grace_seconds: float) -> Place:
    """Raises NotInLine. Asking keeps the place of someone who has no stream."""
    place = await scripts.read_place(redis, event_id=event_id, account_id=account_id, grace_seconds=grace_seconds)
    if place is None:
        raise NotInLine
    return place


async def line_status(redis: Redis, *, catalog: EventCatalog, event_id: UUID) -> Status:
    """Raises UnknownCouponEvent."""
    status = await scripts.status(redis, event_id=event_id)
    if status is None and await catalog.announce_again(event_id):
        status = await scripts.status(redis, event_id=event_id)
    if status is None:
        raise UnknownCouponEvent
    return status


def status_document(status: Status) -> dict[str, Any]:
    """The public state of a line, as docs/api.md has it."""
    return {
        **status._asdict(),
        "opens_at": status.opens_at.isoformat(),
        "closes_at": status.closes_at.isoformat(),
    }


async def line_overview(redis: Redis, *, catalog: EventCatalog, event_id: UUID) -> Overview:
    """What an operator may know. Raises UnknownCouponEvent."""
    overview = await scripts.overview(redis, event_id=event_id)
    if overview is None and await catalog.announce_again(event_id):
        overview = await scripts.overview(redis, event_id=event_id)
    if overview is None:
        raise UnknownCouponEvent
    return overview


def _refusal(answer: NotJoined) -> Problem:
    if answer.refusal == "not-yet-open" and answer.opens_at is not None:
        return NotYetOpen(opens_at=answer.opens_at.isoformat())
    if answer.refusal == "line-full":
        return LineFull(retry_after_seconds=_LINE_FULL_RETRY_SECONDS)
    return {"closed": Closed, "sold-out": SoldOut}.get(answer.refusal, UnknownCouponEvent)()


def _raise_if_over(place: Place) -> None:
    if place.state == "issued" or place.reason == "already-has-coupon":
        raise AlreadyHasCoupon
    if place.state == "sold-out":
        raise SoldOut
    if place.state == "closed":
        raise Closed
