"""Kafka records that a worker of main could never apply."""

from __future__ import annotations

from django.db import models

GROUP_LENGTH = TOPIC_LENGTH = 249  # what Kafka allows a topic
REASON_LENGTH = 200


class SetAsideRecord(models.Model):
    """Kept as it was, so that it can be looked at, and produced again once its reason has passed.

    What is larger than a row should be stays in the topic, at this offset, as long as the topic keeps it.
    """

    consumer_group = models.CharField("소비자 그룹", max_length=GROUP_LENGTH, db_collation="utf8mb4_bin")
    topic = models.CharField("토픽", max_length=TOPIC_LENGTH, db_collation="utf8mb4_bin")
    partition = models.PositiveIntegerField("파티션")
    offset = models.PositiveBigIntegerField("오프셋")
    reason = models.CharField("사유", max_length=REASON_LENGTH)
    key = models.BinaryField(null=True)
    value = models.BinaryField(null=True)
    headers = models.BinaryField()
    size = models.PositiveIntegerField("크기")
    is_whole = models.BooleanField("전체 보관")
    set_aside_at = models.DateTimeField("보관 시각")

    class Meta:
        verbose_name = verbose_name_plural = "적용할 수 없는 레코드"
        indexes = [models.Index(fields=["-set_aside_at", "-id"], name="set_aside_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["consumer_group", "topic", "partition", "offset"], name="record_set_aside_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}@{self.offset}"
