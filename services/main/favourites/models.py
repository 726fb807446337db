"""Which customer keeps which salon."""

from __future__ import annotations

from django.db import models

from accounts.models import Account
from salons.models import Salon


class Favourite(models.Model):
    # Both constraints are in migration 0001, where the database removes the row itself: an older release that deletes
    # a salon knows nothing of this table.
    customer = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="favourites", verbose_name="보호자"
    )
    salon = models.ForeignKey(
        Salon, on_delete=models.CASCADE, db_constraint=False, related_name="+", verbose_name="살롱"
    )
    since = models.DateTimeField("담은 시각")

    class Meta:
        verbose_name = "찜한 살롱"
        verbose_name_plural = "찜한 살롱"
        indexes = [models.Index(fields=["customer", "-since", "-id"], name="favourites_of_customer")]
        constraints = [models.UniqueConstraint(fields=["customer", "salon"], name="one_favourite_per_salon")]

    def __str__(self) -> str:
        return str(self.salon)
