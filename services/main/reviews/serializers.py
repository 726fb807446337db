"""What reviews look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.inputs.body_fields import CleanTextField, StrictIntegerField, StrictSerializer
from bookings.models import names_of
from reviews.models import FEWEST_STARS, MOST_STARS, REPLY_LENGTH, TEXT_LENGTH, Report, Review
from salons.serializers import NamedShown


class ReviewInput(StrictSerializer):
    stars = StrictIntegerField(min_value=FEWEST_STARS, max_value=MOST_STARS)
    text = CleanTextField(max_length=TEXT_LENGTH, allow_blank=True, required=False, default="")


class ReplyInput(StrictSerializer):
    text = CleanTextField(max_length=REPLY_LENGTH)


class ReportInput(StrictSerializer):
    reason = serializers.ChoiceField(choices=Report.Reason.choices)


class ReplyShown(serializers.Serializer[Any]):
    text = serializers.CharField(source="reply")
    replied_at = serializers.DateTimeField()


class ReviewShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    salon = NamedShown()
    groomer = NamedShown(source="booking.groomer")
    stars = serializers.IntegerField(min_value=FEWEST_STARS, max_value=MOST_STARS)
    text = serializers.CharField(help_text="empty where its author said nothing, or has left")
    author = serializers.SerializerMethodField(
        help_text="the first letter of a name, and no more; empty once they have left"
    )
    treatment_name = serializers.SerializerMethodField(help_text="what was done, as in the booking")
    visited_at = serializers.DateTimeField(source="booking.starts_at")
    written_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.SerializerMethodField()

    def get_author(self, review: Review) -> str:
        customer = review.booking.customer
        return f"{customer.name[:1]}**" if customer.is_active and customer.name else ""

    def get_treatment_name(self, review: Review) -> str:
        return names_of(review.booking.visit)

    @extend_schema_field(ReplyShown(allow_null=True))
    def get_reply(self, review: Review) -> dict[str, Any] | None:
        return ReplyShown(review).data if review.reply else None


class ReviewsShown(serializers.Serializer[Any]):
    items = ReviewShown(many=True)
    next = serializers.CharField(allow_null=True)


class MyReviewShown(ReviewShown):
    booking_id = serializers.UUIDField()
    hidden_at = serializers.DateTimeField(allow_null=True, help_text="since then an operator shows it to nobody else")


class MyReviewsShown(serializers.Serializer[Any]):
    items = MyReviewShown(many=True)
    next = serializers.CharField(allow_null=True)
