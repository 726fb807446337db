"""The issue log as anyone sees it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class TermsShown(serializers.Serializer[Any]):
    quantity = serializers.IntegerField()
    discount_won = serializers.IntegerField()
    opens_at = serializers.CharField()
    closes_at = serializers.CharField()


class IssueLinkShown(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    serial = serializers.IntegerField()
    number = serializers.IntegerField()
    customer = serializers.CharField(help_text="a pseudonym that is the customer's in this event only")
    coupon_id = serializers.UUIDField()
    issued_at = serializers.CharField()
    hash = serializers.CharField()


class IssueLogPage(serializers.Serializer[Any]):
    coupon_event_id = serializers.UUIDField()
    terms = TermsShown(allow_null=True)
    opening = serializers.CharField(allow_null=True)
    length = serializers.IntegerField()
    head = serializers.CharField(allow_null=True)
    items = IssueLinkShown(many=True)
    next = serializers.IntegerField(allow_null=True)
