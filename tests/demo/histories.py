"""What happened, as frozen records. Times are seconds since the scenario began, on one monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass

# --- the drop


@dataclass(frozen=True)
class Joined:
    """A customer pressed the button and was given a number. `again` marks every time but the first."""

    at: float
    customer: int
    number: int
    again: bool = False


@dataclass(frozen=True)
class Left:
    """A customer gave the place up, and the line said so."""

    at: float
    customer: int
    number: int


@dataclass(frozen=True)
class Told:
    """A final word on a customer's own stream. A customer with two devices is told twice, the same."""

    at: float
    customer: int
    state: str
    coupon_id: str | None = None
    serial: int | None = None


@dataclass(frozen=True)
class AskedAgain:
    """Pressing the button after the drop. `code` is that of the refusal."""

    customer: int
    status: int
    code: str | None


@dataclass(frozen=True)
class FrameSeen:
    """A frame as one stream got it; the same `seq` must come with the same `fingerprint` on every stream."""

    at: float
    seq: int
    fingerprint: str
    state: str
    serving: int
    admitted: int
    waiting: int
    stock_left: int
    departed: tuple[tuple[int, int], ...]
    returned: tuple[int, ...]


@dataclass(frozen=True)
class Sighting:
    """What one device worked out at one frame. `sum` is the bare arithmetic, which must never be below zero.

    `stream` numbers the connections of this customer: a reconnect or a second device begins a new one. `eta` is the
    band of seconds that the device showed, None if none.
    """

    customer: int
    number: int
    stream: int
    seq: int
    serving: int
    sum: int
    came_back_below: int = 0
    at: float = 0.0
    eta: tuple[int, int] | None = None


@dataclass(frozen=True)
class Called:
    """A customer's turn came: the place said `claimed`, and how many were ahead then."""

    customer: int
    number: int
    ahead: int
    at: float = 0.0


@dataclass(frozen=True)
class CouponRow:
    """One committed row of MySQL."""

    coupon_id: str
    customer: int
    serial: int
    number: int


@dataclass(frozen=True)
class LineCounters:
    """What the line itself says at the end: its public door, and its own keys in Redis.

    `redis_issued` are the outcomes that the line keeps for each account, in the shape of MySQL's rows.
    """

    state: str
    issued: int
    stock_left: int
    redis_in_flight: int
    redis_issued: frozenset[CouponRow]


@dataclass(frozen=True)
class Reconciled:
    """What `make reconcile` says of the drop: each difference between MySQL, Kafka and Redis, and what was compared."""

    differences: tuple[str, ...]
    compared: str


@dataclass(frozen=True)
class DropHistory:
    quantity: int
    customers: frozenset[int]
    joined: tuple[Joined, ...]
    left: tuple[Left, ...]
    told: tuple[Told, ...]
    asked_again: tuple[AskedAgain, ...]
    frames: tuple[FrameSeen, ...]
    sightings: tuple[Sighting, ...]
    called: tuple[Called, ...]
    rows: tuple[CouponRow, ...]
    counters: LineCounters
    reconciled: Reconciled


# --- the chat


@dataclass(frozen=True)
class Message:
    """The product's message. `cursor` is (epoch, offset), so that messages of a room compare by place in the log."""

    cursor: tuple[int, int]
    sender: int
    client_message_id: str
    text: str
    sent_at: str


@dataclass(frozen=True)
class Sent:
    """A message that a person wanted to say, and the cursor its ack gave; None if no ack ever came."""

    sender: int
    client_message_id: str
    text: str
    acked: tuple[int, int] | None


@dataclass(frozen=True)
class Connected:
    person: int
    served_by: str


@dataclass(frozen=True)
class Resumed:
    """A reconnect: `abrupt` without a goodbye. `missed` counts what was said meanwhile, by the log."""

    person: int
    abrupt: bool
    recovered: bool
    missed: int


@dataclass(frozen=True)
class ChatHistory:
    """`received` and `stored` are in the order in which each person got them."""

    people: tuple[int, int]
    to_send_each: int
    connected: tuple[Connected, ...]
    sent: tuple[Sent, ...]
    received: dict[int, tuple[Message, ...]]
    resumed: tuple[Resumed, ...]
    stored: dict[int, tuple[Message, ...]]


# --- the lottery


@dataclass(frozen=True)
class Registered:
    """A customer asked for a place before the opening. `entry` is the ticket's name on the public list."""

    customer: int
    number: int
    entry: str


@dataclass(frozen=True)
class Drawn:
    """The first number that a customer's stream told."""

    customer: int
    number: int


@dataclass(frozen=True)
class PublicDraw:
    """What `GET …/draw` says, all its pages together."""

    commitment: str
    seed: str | None
    entries_digest: str | None
    entries: tuple[str, ...]


@dataclass(frozen=True)
class LotteryHistory:
    """`promised` stood in the event before its opening. `draw_py` is the exit code and the last line of the command
    that anyone can run, asked for the ticket of `witness`."""

    event_id: str
    quantity: int
    registered: tuple[Registered, ...]
    leaver: int
    late: int
    promised: str | None
    before: PublicDraw
    after: PublicDraw
    drawn: tuple[Drawn, ...]
    told: tuple[Told, ...]
    rows: tuple[CouponRow, ...]
    witness: int
    draw_py: tuple[int, str]


# --- the booking race


@dataclass(frozen=True)
class BookingAttempt:
    """`code` is that of the refusal, in the one failure shape; `booking_id` that of a success."""

    customer: int
    status: int
    code: str | None
    booking_id: str | None


@dataclass(frozen=True)
class BookingSeen:
    """One booking of the slot, as somebody may see it over HTTP."""

    seen_by: int
    booking_id: str


@dataclass(frozen=True)
class BookingRow:
    booking_id: str
    customer: int


@dataclass(frozen=True)
class RaceHistory:
    """`rows` are MySQL's live bookings that overlap the slot for its groomer."""

    customers: tuple[int, ...]
    attempts: tuple[BookingAttempt, ...]
    seen: tuple[BookingSeen, ...]
    slot_offered_before: bool
    slot_offered_after: bool
    rows: tuple[BookingRow, ...]
