"""Acts that wait for their moment, those that were done, and those that an operator has to look at."""

from __future__ import annotations

from django.db import models

from api.inputs.model_fields import IdentifierField

KIND_LENGTH = 40
REFERENCE_LENGTH = 80
FAILURE_LENGTH = 200


class DueAct(models.Model):
    """One act of one kind about one thing, once. Rules only add rows, the worker alone changes them (due/services.py).

    `try_at` is when it is tried next, and NULL once there is nothing to try: it is done, or parked.
    """

    kind = IdentifierField("종류", max_length=KIND_LENGTH)
    reference = IdentifierField("대상", max_length=REFERENCE_LENGTH)
    due_at = models.DateTimeField("때")
    try_at = models.DateTimeField("다음 시도", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("실패한 횟수", default=0)
    failure = models.CharField("마지막 실패", max_length=FAILURE_LENGTH, blank=True, default="")
    recorded_at = models.DateTimeField("기록한 시각", auto_now_add=True)
    done_at = models.DateTimeField("한 시각", null=True, blank=True)
    parked_at = models.DateTimeField("세워 둔 시각", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "때가 되면 할 일"
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="one_act_of_a_kind_about_a_thing")]
        indexes = [
            models.Index(fields=["try_at"], name="due_next"),
            models.Index(fields=["done_at"], name="due_done"),
            models.Index(fields=["parked_at"], name="due_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
