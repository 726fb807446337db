"""The terms of a drop: what an operator writes down before it is published, and which times can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from coupons.models.event import USUAL_MAX_WAITING
from salon_contracts.events.coupons import LineOrder
from salon_contracts.http.problem import InvalidInput

OPENS_AT_MOST_AGO = timedelta(days=1)
OPENS_AT_MOST_AHEAD = timedelta(days=366)
LASTS_AT_MOST = timedelta(days=90)
ACCOUNTS_ASKED_FOR = timedelta(days=3660)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an operator writes down about a drop before it is published."""

    title: str
    quantity: int
    discount_won: int
    opens_at: datetime
    closes_at: datetime
    max_waiting: int = USUAL_MAX_WAITING
    pace_ceiling_per_second: int | None = None
    line_order: LineOrder = LineOrder.FIFO
    needs_confirmed_email: bool = False
    needs_account_before: datetime | None = None
    needs_dog: bool = False


def check_times(terms: Terms, *, now: datetime) -> None:
    """Raises InvalidInput. The forms of the admin ask beforehand, the rules ask anyway."""
    faults: list[tuple[str, str]] = []
    if not now - OPENS_AT_MOST_AGO <= terms.opens_at <= now + OPENS_AT_MOST_AHEAD:
        faults.append(("opens_at", "out-of-range"))
    if terms.closes_at <= terms.opens_at:
        faults.append(("closes_at", "not-after-opening"))
    elif terms.closes_at <= now:
        faults.append(("closes_at", "in-past"))
    elif terms.closes_at - terms.opens_at > LASTS_AT_MOST:  # a difference, as a sum may leave the calendar
        faults.append(("closes_at", "too-long"))
    before = terms.needs_account_before
    if before is not None and not now - ACCOUNTS_ASKED_FOR <= before <= terms.closes_at:
        faults.append(("needs_account_before", "no-account-so-old"))
    if faults:
        raise InvalidInput(
            errors=[{"field": field, "code": code, "detail": _detail_of(code)} for field, code in faults]
        )


def _detail_of(code: str) -> str:
    ko, en = {
        "out-of-range": ("하루 전부터 1년 뒤 사이에 열 수 있어요", "Opens between a day ago and a year ahead"),
        "not-after-opening": ("여는 시각보다 뒤여야 해요", "Must be after the opening"),
        "in-past": ("이미 지난 시각이에요", "Has already passed"),
        "no-account-so-old": (
            "10년 전부터 닫는 시각 사이여야 해요",
            "Must be between ten years ago and the closing",
        ),
        "too-long": ("최대 90일 동안 열 수 있어요", "An event lasts 90 days at most"),
    }[code]
    return en if (get_language() or "ko").startswith("en") else ko
