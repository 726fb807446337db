"""The endpoint of the draw of a lottery. Open to everybody: that anyone can do it again is what it is for."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.documents.openapi_answers import answers
from api.paging import whole_number
from api.public import AnonymousView
from coupons.draws.queries import page_of_draw
from coupons.draws.serializers import DrawPageShown
from coupons.errors import NotALottery
from coupons.models.event import MOST_WAITING
from salon_contracts.http.problem import UnknownCouponEvent
from salon_contracts.verify.draw import PAGE_LIMIT

USUAL_LIMIT = 1_000


class DrawView(AnonymousView):
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
