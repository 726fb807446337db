"""Every Kafka topic, in one place. Topics are created from this list and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """`key` names what orders the records of one partition; `config` is set on the topic when it is created.

    `written_by` is the one service that writes it, `read_by` are those that read it: folders under services/.
    """

    name: str
    key: str
    partitions: int
    written_by: str
    read_by: tuple[str, ...]
    config: dict[str, str] = field(default_factory=dict)


def _kept(days: int) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * DAY_MS)}


COUPON_EVENTS = Topic("coupon-events", "coupon event id", 1, "main", ("queue",), {"cleanup.policy": "compact"})
# Longer than any event lasts with the week that its line is kept: a line that lost Redis reads its draw again.
COUPON_DRAWS = Topic("coupon-draws", "coupon event id", 1, "queue", ("main", "queue"), _kept(120))
COUPON_CLAIMS = Topic("coupon-claims", "coupon event id", 6, "queue", ("main",), _kept(7))
COUPONS = Topic("coupons", "coupon event id", 6, "main", ("main", "queue"), _kept(7))
CHAT_MESSAGES = Topic("chat-messages", "room id", 6, "main", ("main", "chat-worker"), _kept(7))
# For a person to look into; nothing of ours reads it.
CHAT_MESSAGES_DLQ = Topic("chat-messages-dlq", "room id", 1, "chat-worker", ("main",), _kept(30))
BOOKINGS = Topic("bookings", "booking id", 3, "main", ("main",), _kept(7))
NOTIFICATIONS = Topic("notifications", "user id", 3, "main", ("main",), _kept(2))

ALL: tuple[Topic, ...] = (
    COUPON_EVENTS,
    COUPON_DRAWS,
    COUPON_CLAIMS,
    COUPONS,
    CHAT_MESSAGES,
    CHAT_MESSAGES_DLQ,
    BOOKINGS,
    NOTIFICATIONS,
)
