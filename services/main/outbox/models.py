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

    def __str__(self) -> str:
        return f"{self.topic} {self.key} {self.event_id}"
