"""The coupon drop, told between main and queue."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from salon_contracts.envelope import Event

# What MySQL's columns can hold: a claim that could not be stored is refused while it is read.
AccountId = Annotated[int, Field(ge=1, lt=2**63)]
PositiveInt32 = Annotated[int, Field(ge=1, lt=2**31)]
ClaimId = Annotated[str, Field(min_length=1, max_length=100)]

# Simulated customers of rehearsals: no account ever has such an id, and every double still holds it exactly.
FIRST_SIMULATED_ACCOUNT = 2**40
SIMULATED_ROLE = "simulated"


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

    ko: Annotated[str, Field(max_length=200)] = ""
    en: Annotated[str, Field(max_length=200)] = ""


class CouponEventChangedV1(Event):
    """The whole public state of one coupon event. The newest one per key is the truth (compacted topic)."""

    topic: ClassVar[str] = "coupon-events"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon-event.changed.v1"] = "coupon-event.changed.v1"
    coupon_event_id: UUID
    revision: Annotated[int, Field(ge=1)]
    state: EventState
    title: str
    quantity: Annotated[int, Field(ge=1)]
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    max_waiting: Annotated[int, Field(ge=1)] = 100_000
    line_order: LineOrder = LineOrder.FIFO
    paused: bool = False
    pace_ceiling_per_second: Annotated[int, Field(ge=1)] | None = None
    message: OperatorMessage | None = None
    # Only simulated customers may stand in the line of a rehearsal, and nobody else.
    rehearsal: bool = False


class CouponClaimedV1(Event):
    """The line took one unit of stock for one served ticket, and asks main to issue the coupon.

    `serial` counts from 1 to the event's quantity. A unit that main refused is claimed again by the next
    in line with the same serial and a new `claim_id`.
    """

    topic: ClassVar[str] = "coupon-claims"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon.claimed.v1"] = "coupon.claimed.v1"
    coupon_event_id: UUID
    claim_id: ClaimId
    customer_id: AccountId
    number: PositiveInt32
    serial: PositiveInt32


class CouponIssuedV1(Event):
    """The coupon is a committed row in MySQL, and its customer may use it now."""

    topic: ClassVar[str] = "coupons"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon.issued.v1"] = "coupon.issued.v1"
    coupon_event_id: UUID
    claim_id: ClaimId
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


class CouponRefusedV1(Event):
    """Main did not issue the claim. The unit goes back to the next in line, unless the serial is taken."""

    topic: ClassVar[str] = "coupons"
    key_field: ClassVar[str] = "coupon_event_id"

    type: Literal["coupon.refused.v1"] = "coupon.refused.v1"
    coupon_event_id: UUID
    claim_id: ClaimId
    customer_id: AccountId
    number: PositiveInt32
    serial: PositiveInt32
    reason: RefusalReason


ON_COUPON_EVENTS: tuple[type[CouponEventChangedV1], ...] = (CouponEventChangedV1,)
ON_COUPON_CLAIMS: tuple[type[CouponClaimedV1], ...] = (CouponClaimedV1,)
ON_COUPONS: tuple[type[CouponIssuedV1 | CouponRefusedV1], ...] = (CouponIssuedV1, CouponRefusedV1)
