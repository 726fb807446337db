"""The rows of the issue log. They are written once, with the coupons they are about, and never again.

A link repeats what its coupon says and has no foreign key to it, so that it also tells of a coupon that was changed
or removed.
"""

from __future__ import annotations

from django.db import models

from coupons.models.append_only import Written

SHA256_HEX_LENGTH = 64


class IssueLog(Written):
    """The opening of one event's log: the terms as they were when the first coupon was issued."""

    event = models.OneToOneField("coupons.CouponEvent", on_delete=models.PROTECT, primary_key=True, related_name="+")
    quantity = models.PositiveIntegerField()
    discount_won = models.PositiveIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    # Never shown. Account ids can be counted through, so a plain hash of them would hide nobody.
    pseudonym_key = models.CharField(max_length=SHA256_HEX_LENGTH)
    hash = models.CharField(max_length=SHA256_HEX_LENGTH)


class IssueLink(Written):
    """One issued coupon. `hash` covers everything here and the hash of the link before."""

    # Clustered by (event, sequence), so that a batch is written to the end of one page and no index is needed besides.
    pk = models.CompositePrimaryKey("event_id", "sequence")
    event = models.ForeignKey("coupons.CouponEvent", on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveIntegerField()
    serial = models.PositiveIntegerField()
    number = models.PositiveBigIntegerField()
    customer = models.CharField(max_length=SHA256_HEX_LENGTH)
    coupon_id = models.UUIDField()
    issued_at = models.DateTimeField()
    hash = models.CharField(max_length=SHA256_HEX_LENGTH)
