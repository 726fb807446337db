"""Every Kafka topic, in one place. Topics are created from this list and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """`key` names what orders the records of one partition; `config` is set on the topic when it is created."""

    name: str
    key: str
    partitions: int
    config: dict[str, str] = field(default_factory=dict)


def _kept(days: int) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * DAY_MS)}


COUPON_EVENTS = Topic("coupon-events", "coupon event id", 1, {"cleanup.policy": "compact"})
# Longer than any event lasts with the week that its line is kept: a line that lost Redis reads its draw again.
COUPON_DRAWS = Topic("coupon-draws", "coupon event id", 1, _kept(120))
COUPON_CLAIMS = Topic("coupon-claims", "coupon event id", 6, _kept(7))
COUPONS = Topic("coupons", "coupon event id", 6, _kept(7))
CHAT_MESSAGES = Topic("chat-messages", "room id", 6, _kept(7))
CHAT_MESSAGES_DLQ = Topic("chat-messages-dlq", "room id", 1, _kept(30))
BOOKINGS = Topic("bookings", "booking id", 3, _kept(7))
NOTIFICATIONS = Topic("notifications", "user id", 3, _kept(2))

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
