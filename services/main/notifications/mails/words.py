"""The words of mails about bookings: the facts of a notification, by its kind, in the language that they name."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings

from notifications.models import Notification

# Subject and opening. A groomer is written to in Korean, a customer in the language of the booking.
_KO = {
    "booking.confirmed": ("예약이 확정됐어요", "예약이 확정됐어요."),
    "booking.rescheduled": ("예약 시간이 바뀌었어요", "예약 시간이 아래와 같이 바뀌었어요."),
    "booking.cancelled": ("예약이 취소됐어요", "아래 예약이 취소됐어요."),
    "booking.reminder": ("곧 예약 시간이에요", "예약 시간이 다가와 알려 드려요."),
    "waitlist.offered": ("기다리시던 자리가 났어요", "기다리시던 시간에 자리가 나서 잠시 잡아 두었어요."),
}
_EN = {
    "booking.confirmed": ("Your booking is confirmed", "Your booking is confirmed."),
    "booking.rescheduled": ("Your booking has another time", "Your booking is at another time now."),
    "booking.cancelled": ("Your booking is cancelled", "This booking is cancelled."),
    "booking.reminder": ("Your booking is coming up", "This is a reminder of your booking."),
    "waitlist.offered": ("A slot is free for you", "A slot that you waited for is free, and held for you for a while."),
}

KINDS = _KO.keys()
"""Of which there is a mail."""


def in_words(notification: Notification) -> tuple[str, str]:
    """Subject and body. Times are those of the salon's clocks, where the facts say which they are."""
    facts = notification.facts
    zone = ZoneInfo(facts.get("time_zone", settings.TIME_ZONE))
    starts_at = datetime.fromisoformat(facts["starts_at"]).astimezone(zone)
    if facts.get("language") == "en":
        subject, opening = _EN[notification.kind]
        price = f"\nPrice: {int(facts['price']):,} won" if "price" in facts else ""
        body = (
            f"Hello {notification.recipient.name}. {opening}\n\n"
            f"Salon: {facts['salon_name']}\nGrooming: {facts['treatment_name']}\n"
            f"Time: {starts_at:%Y-%m-%d %H:%M} ({zone.key}){price}\n"
            f"{_held(facts, zone, 'Held until')}\nDaengDaeng Salon"
        )
        return f"[DaengDaeng Salon] {subject}", body
    subject, opening = _KO[notification.kind]
    price = f"\n가격: {int(facts['price']):,}원" if "price" in facts else ""
    when = f"{starts_at:%Y년 %m월 %d일 %H:%M}" + ("" if zone.key == settings.TIME_ZONE else f" ({zone.key})")
    body = (
        f"{notification.recipient.name}님, 안녕하세요. {opening}\n\n"
        f"살롱: {facts['salon_name']}\n미용: {facts['treatment_name']}\n시간: {when}{price}\n"
        f"{_held(facts, zone, '예약할 수 있는 때까지')}\n댕댕살롱"
    )
    return f"[댕댕살롱] {subject}", body


def _held(facts: dict[str, str], zone: tzinfo, title: str) -> str:
    """A line of an offer; of other news nothing."""
    if "held_until" not in facts:
        return ""
    return f"{title}: {datetime.fromisoformat(facts['held_until']).astimezone(zone):%Y-%m-%d %H:%M}\n"
