"""The rows of a lottery's draw (docs/decisions/0011): its seed, and who takes part.

The seed is a secret until `revealed_at`. It is in this table and, revealed, in what the event tells; never in the audit
log, in a log line or on a page of the admin.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

SHA256_HEX_LENGTH = 64
# Of the list that won, each row but the last has exactly so many: the n-th entry is found without reading the others.
# Rows that were written stay as they are, so this number does too.
ENTRIES_A_ROW = 5_000


class Draw(models.Model):
    """Made when its event is published. The digest and the number of entries are written once, with the reveal."""

    event = models.OneToOneField("coupons.CouponEvent", on_delete=models.PROTECT, primary_key=True, related_name="draw")
    seed = models.CharField(max_length=SHA256_HEX_LENGTH)
    commitment = models.CharField(max_length=SHA256_HEX_LENGTH)
    entries_digest = models.CharField(max_length=SHA256_HEX_LENGTH, null=True)
    entries = models.PositiveIntegerField(null=True)
    revealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entries_digest__isnull=True, entries__isnull=True, revealed_at__isnull=True)
                | Q(entries_digest__isnull=False, entries__isnull=False, revealed_at__isnull=False),
                name="draw_revealed_all_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"draw of {self.event_id}"

    @property
    def is_revealed(self) -> bool:
        return self.revealed_at is not None


class DrawPage(models.Model):
    """One page of a list of entries. Lists are gathered here; after the reveal the one that won is all there is.

    Two tellings of one list may be cut differently, so the number of pages is part of the key.
    """

    # Clustered by the list, so that one is read as it lies.
    pk = models.CompositePrimaryKey("event_id", "entries_digest", "pages", "page")
    event = models.ForeignKey("coupons.CouponEvent", on_delete=models.PROTECT, related_name="+", db_index=False)
    entries_digest = models.CharField(max_length=SHA256_HEX_LENGTH)
    pages = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    packed = models.BinaryField()

    @staticmethod
    def pack(entries: Iterable[str]) -> bytes:
        return bytes.fromhex("".join(entries))

    def unpacked(self) -> list[str]:
        digits = bytes(self.packed).hex()
        return [digits[at : at + SHA256_HEX_LENGTH] for at in range(0, len(digits), SHA256_HEX_LENGTH)]
