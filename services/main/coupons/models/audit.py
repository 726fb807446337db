"""The audit log of operators' acts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from coupons.models.append_only import Written
from coupons.models.event import CouponEvent

TRACE_ID_LENGTH = 64


class AuditEntry(Written):
    """One act of an operator on one event: who, when, what, and from which revision to which.

    `facts` has, for each field that the act changed, `[before, after]`.
    """

    event = models.ForeignKey(CouponEvent, on_delete=models.PROTECT, related_name="audit", verbose_name="이벤트")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="운영자"
    )
    act = models.CharField("한 일", max_length=20)
    acted_at = models.DateTimeField("한 때")
    revision_before = models.PositiveIntegerField("이전 개정")
    revision_after = models.PositiveIntegerField("이후 개정")
    facts = models.JSONField("바뀐 것")
    trace_id = models.CharField("추적 번호", max_length=TRACE_ID_LENGTH)

    class Meta:
        verbose_name = verbose_name_plural = "운영 기록"
        indexes = [models.Index(fields=["event", "-id"], name="audit_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["event", "revision_after"], name="audit_one_act_per_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.act} {self.revision_after}"
