"""The coupon drop, told between main and queue."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from salon_contracts.events.envelope import Event
from salon_contracts.events.fields import AccountId, Moment, PlainId, PositiveInt32, Sha256, ShortText

# Simulated customers of rehearsals: no account ever has such an id, and every double still holds it exactly.
FIRST_SIMULATED_ACCOUNT = 2**40
SIMULATED_ROLE = "simulated"

# 67 bytes each in JSON: a page stays well under the 1 MB that a Kafka broker takes.
MOST_ENTRIES_A_PAGE = 5_000
MOST_ENTRIES = 100_000_000
DrawPageNumber = Annotated[int, Field(ge=1, le=MOST_ENTRIES // MOST_ENTRIES_A_PAGE)]


def is_simulated(account_id: int) -> bool:
    return account_id >= FIRST_SIMULATED_ACCOUNT


class EventState(StrEnum):
    """Where a coupon event stands, as the operator decided it. Time decides the rest (see `opens_at`)."""

    PUBLISHED = "published"
    CLOSED = "closed"


class LineOrder(StrEnum):
    FIFO = "fifo"
    LOTTERY = "lottery"


class OperatorMessage(BaseModel):
    """What the operator says to all who wait, plain text in each language; "" where nothing was said in it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ko: ShortText = ""
    en: ShortText = ""


class Draw(BaseModel):
    """The draw of a lottery (`salon_contracts.verify.draw` says how it is made). Published with the commitment alone.

    What is None comes with the seed, all at once, after main has stored who takes part.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    commitment: Sha256
    entries_digest: Sha256 | None = None
    # Those who join later stand behind all of them, and their numbers have 31 bits too.
    entries: Annotated[int, Field(ge=0, le=MOST_ENTRIES)] | None = None
    seed: Sha256 | None = None


class CouponEventChangedV1(Event):
    """The whole public state of one coupon event. The newest one per key is the truth (compacted topic)."""

    topic: ClassVar[str] = "coupon-events"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon-event.changed.v1"] = "coupon-event.changed.v1"
    coupon_event_id: UUID
    revision: PositiveInt32
    state: EventState
    title: ShortText
    quantity: PositiveInt32
    opens_at: Moment
    closes_at: Moment
    max_waiting: PositiveInt32 = 100_000
    line_order: LineOrder = LineOrder.FIFO
    paused: bool = False
    pace_ceiling_per_second: PositiveInt32 | None = None
    message: OperatorMessage | None = None
    # Only simulated customers may stand in the line of a rehearsal, and nobody else.
    rehearsal: bool = False
    # Of a lottery, from its publishing on.
    draw: Draw | None = None
    # Who may stand in the line. The line asks the claims of the access token, main asks its tables before it issues.
    needs_confirmed_email: bool = False
    needs_account_before: Moment | None = None
    needs_dog: bool = False


class DrawEntriesShutV1(Event):
    """Who takes part in the draw of a lottery: the line shut its list at opening, and asks main for the seed.

    A list too long for one record goes as several pages under one digest. Main stores the first list of an event
    that is whole, reveals the seed with that list's digest, and ignores every other.
    """

    topic: ClassVar[str] = "coupon-draws"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon-draw.entries-shut.v1"] = "coupon-draw.entries-shut.v1"
    coupon_event_id: UUID
    entries_digest: Sha256
    page: DrawPageNumber
    pages: DrawPageNumber
    entries: Annotated[tuple[Sha256, ...], Field(max_length=MOST_ENTRIES_A_PAGE)]


class CouponClaimedV1(Event):
    """The line took one unit of stock for one served ticket, and asks main to issue the coupon.

    `serial` counts from 1 to the event's quantity. A unit that main refused is claimed again by the next
    in line with the same serial and a new `claim_id`.
    """

    topic: ClassVar[str] = "coupon-claims"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon.claimed.v1"] = "coupon.claimed.v1"
    coupon_event_id: UUID
    claim_id: PlainId
    customer_id: AccountId
    number: PositiveInt32
    serial: PositiveInt32


class CouponIssuedV1(Event):
    """The coupon is a committed row in MySQL, and its customer may use it now."""

    topic: ClassVar[str] = "coupons"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon.issued.v1"] = "coupon.issued.v1"
    coupon_event_id: UUID
    claim_id: PlainId
    coupon_id: UUID
    customer_id: AccountId
    number: PositiveInt32
    serial: PositiveInt32


class RefusalReason(StrEnum):
    ALREADY_HAS_COUPON = "already-has-coupon"
    UNKNOWN_EVENT = "unknown-event"
    EVENT_CLOSED = "event-closed"
    UNKNOWN_CUSTOMER = "unknown-customer"
    SERIAL_TAKEN = "serial-taken"
    NOT_ELIGIBLE = "not-eligible"


class CouponRefusedV1(Event):
    """Main did not issue the claim. The unit goes back to the next in line, unless the serial is taken."""

    topic: ClassVar[str] = "coupons"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon.refused.v1"] = "coupon.refused.v1"
    coupon_event_id: UUID
    claim_id: PlainId
    customer_id: AccountId
    number: PositiveInt32
    serial: PositiveInt32
    reason: RefusalReason


ON_COUPON_EVENTS: tuple[type[CouponEventChangedV1], ...] = (CouponEventChangedV1,)
ON_COUPON_DRAWS: tuple[type[DrawEntriesShutV1], ...] = (DrawEntriesShutV1,)
ON_COUPON_CLAIMS: tuple[type[CouponClaimedV1], ...] = (CouponClaimedV1,)
ON_COUPONS: tuple[type[CouponIssuedV1 | CouponRefusedV1], ...] = (CouponIssuedV1, CouponRefusedV1)
