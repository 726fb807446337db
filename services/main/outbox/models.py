"""Events that are committed with the change they tell of, until the relay has brought them to Kafka."""

from __future__ import annotations

from django.db import models


class OutboxRow(models.Model):
    """Read in id order. Rows of one key are written under that thing's row lock, so their ids rise in commit order."""

    topic = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    event_id = models.UUIDField()
    value = models.BinaryField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "보낼 이벤트"
        verbose_name_plural = "보낼 이벤트"
        indexes = [models.Index(fields=["topic", "id"], name="outbox_by_topic")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} {self.event_id}"


class ParkedRow(models.Model):
    """An event that Kafka refuses for good. Later ones of its key go on (decision 0015)."""

    topic = models.CharField("토픽", max_length=100)
    key = models.CharField("키", max_length=100)
    event_id = models.UUIDField("이벤트")
    value = models.BinaryField()
    recorded_at = models.DateTimeField("기록한 시각")
    parked_at = models.DateTimeField("세워 둔 시각", auto_now_add=True)
    reason = models.CharField("이유", max_length=200)
    is_overtaken = models.BooleanField("뒤의 이벤트가 먼저 나감", default=False)

    class Meta:
        verbose_name = "보낼 수 없는 이벤트"
        verbose_name_plural = "보낼 수 없는 이벤트"
        indexes = [models.Index(fields=["topic", "key"], name="parked_by_key")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} {self.event_id}"


class RelayTerm(models.Model):
    """One row: whose turn it is to send, and until when what was sent may still arrive (outbox/lease.py)."""

    term = models.PositiveBigIntegerField()
    sends_until = models.DateTimeField()
