"""The door to the draw of a lottery. Open to everybody: that anyone can do it again is what it is for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.documents.openapi_answers import answers
from api.open_to_all import OpenToAll
from api.paging import whole_number
from coupons.errors import NotALottery, UnknownCouponEvent
from coupons.models import MOST_WAITING
from coupons.queries import page_of_draw
from salon_contracts.verify.draw import PAGE_LIMIT

USUAL_LIMIT = 1_000


class DrawPageShown(serializers.Serializer[Any]):
    coupon_event_id = serializers.UUIDField()
    commitment = serializers.CharField()
    seed = serializers.CharField(allow_null=True, help_text="null until the list of entries is shut and stored")
    entries_digest = serializers.CharField(allow_null=True)
    entries = serializers.IntegerField(allow_null=True)
    items = serializers.ListField(
        child=serializers.CharField(), help_text="SHA-256 of each registration ticket, in ascending order"
    )
    next = serializers.IntegerField(allow_null=True)


class DrawView(OpenToAll):
    @extend_schema(
        operation_id="get_coupon_event_draw",
        parameters=[
            OpenApiParameter("after", {"type": "integer", "minimum": 0, "maximum": MOST_WAITING, "default": 0}),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": USUAL_LIMIT}),
        ],
        responses=answers({200: DrawPageShown}, UnknownCouponEvent, NotALottery),
    )
    def get(self, request: Request, event_id: UUID) -> Response:
        """Read the draw of a lottery, to do it again: salon_contracts/verify/draw.py does."""
        after = whole_number(request.query_params, "after", usual=0, least=0, most=MOST_WAITING)
        limit = whole_number(request.query_params, "limit", usual=USUAL_LIMIT, least=1, most=PAGE_LIMIT)

        page = page_of_draw(event_id=event_id, after=after, limit=limit)

        return Response(DrawPageShown(page).data)
