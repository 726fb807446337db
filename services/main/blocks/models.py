"""Which account has blocked which."""

from __future__ import annotations

from django.db import models

from accounts.models import Account


class Block(models.Model):
    """Of one account by another. A customer and a groomer between whom one stands, either way, begin nothing new."""

    # Both constraints are in migration 0001, where the database removes the row itself (favourites.models).
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="blocks", verbose_name="차단한 사람"
    )
    blocked = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="blocked_by", verbose_name="차단된 사람"
    )
    since = models.DateTimeField("차단한 시각")

    class Meta:
        verbose_name = "차단"
        verbose_name_plural = "차단"
        indexes = [models.Index(fields=["account", "-since", "-id"], name="blocks_of_account")]
        constraints = [
            models.UniqueConstraint(fields=["account", "blocked"], name="one_block_per_pair"),
            models.CheckConstraint(condition=~models.Q(account=models.F("blocked")), name="nobody_blocks_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.account} → {self.blocked}"
