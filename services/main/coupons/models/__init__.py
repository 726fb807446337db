"""Coupon events, and the coupons that came of them. Django finds models by this package."""

from __future__ import annotations

from coupons.models.audit import AuditEntry
from coupons.models.coupon import Coupon, IssuedUnit, RefusedClaim, RehearsedCoupon
from coupons.models.draw import Draw, DrawPage
from coupons.models.event import CouponEvent
from coupons.models.issue_log import IssueLink, IssueLog

__all__ = [
    "AuditEntry",
    "Coupon",
    "CouponEvent",
    "Draw",
    "DrawPage",
    "IssueLink",
    "IssueLog",
    "IssuedUnit",
    "RefusedClaim",
    "RehearsedCoupon",
]
