"""What the line says to its clients, over HTTP and in its streams. docs/queue-openapi.json is made from these.

Queue makes the documents by hand, for speed, and its tests hold every one that they hear against these classes.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from salon_contracts.http.problem import ProblemDocument

Count = Annotated[int, Field(ge=0)]
PlaceState = Literal["registered", "waiting", "claimed", "issued", "refused", "sold-out", "closed", "left"]
LineState = Literal["not-open", "drawing", "open", "paused", "sold-out", "closed"]


class Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EtaBand(Document):
    """Whole seconds from now."""

    low_seconds: Count
    high_seconds: Count


class EtaPerPlace(Document):
    """What one place in the line costs, in seconds."""

    low_seconds: Annotated[float, Field(ge=0)]
    high_seconds: Annotated[float, Field(ge=0)]


class TicketInput(Document):
    """A ticket that is presented again restores its own number."""

    model_config = ConfigDict(strict=True)

    ticket: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class TicketDocument(Document):
    """The one place of an account in a line. `number` is 0 and `ahead` null while registered for a draw."""

    ticket: str
    number: Count
    ahead: Count | None
    state: PlaceState
    eta: EtaBand | None


class CouponWon(Document):
    coupon_id: UUID
    serial: Annotated[int, Field(ge=1)]


class PlaceDocument(Document):
    """Personal. `ahead` and `admitted` are true at `seq`; `reason` is there when refused; see docs/api.md."""

    ticket: str | None
    number: Count
    ahead: Count | None
    state: PlaceState
    seq: Count
    admitted: Count
    eta: EtaBand | None
    coupon: CouponWon | None
    reason: str | None = None


class LineMessage(Document):
    """To all who wait: the line's own (`code`), or the operator's in both languages."""

    code: Literal["issuing-delayed"] | None = None
    ko: str | None = None
    en: str | None = None


class FrameDocument(Document):
    """The same for everybody in the line; `departed` are closed ranges of numbers that left since the frame before."""

    seq: Count
    state: LineState
    serving: Count
    admitted: Count
    waiting: Count
    rate: Annotated[float, Field(ge=0)]
    stock_left: Count
    departed: list[tuple[Count, Count]]
    returned: list[Count]
    eta_per_place: EtaPerPlace | None
    message: LineMessage | None


class LineStatus(Document):
    """What anybody may know of a line."""

    state: LineState
    serving: Count
    waiting: Count
    stock_left: Count
    issued: Count
    opens_at: AwareDatetime
    closes_at: AwareDatetime


class Farewell(Document):
    """The last event of a stream that has not come to its end: come back, with a fresh token where that is why."""

    reconnect_after_ms: Count
    reason: Literal["instance-leaving", "token-expired", "session-ended"]


class EtaCoverage(Document):
    """Of how many told times the truth is known, and how many of them held."""

    checked: Count
    inside: Count


class OperatorNumbers(Document):
    """One line for its operator, summed over all instances that reported lately."""

    at: AwareDatetime
    state: LineState
    serving: Count
    admitted: Count
    waiting: Count
    issued: Count
    stock_left: Count
    in_flight: Count
    oldest_unanswered_ms: Count
    issued_per_second: float | None
    joins_per_second: float
    streams: Count
    instances: Count
    window: Count | None
    eta: EtaBand | None
    eta_coverage: EtaCoverage
    refusals: dict[str, Count]
    pace_ceiling_per_second: Annotated[int, Field(ge=1)] | None
    message: LineMessage | None


LINE_EVENTS: dict[str, type[BaseModel]] = {
    "place": PlaceDocument,
    "frame": FrameDocument,
    "problem": ProblemDocument,
    "farewell": Farewell,
}
WATCH_EVENTS: dict[str, type[BaseModel]] = {"status": LineStatus, "farewell": Farewell}
OPERATOR_EVENTS: dict[str, type[BaseModel]] = {
    "numbers": OperatorNumbers,
    "problem": ProblemDocument,
    "farewell": Farewell,
}
