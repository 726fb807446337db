"""The endpoint of the issue log. Open to everybody: that anyone can check it is what it is for."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.documents.openapi_answers import answers
from api.paging import whole_number
from api.public import AnonymousView
from coupons.issue_log.queries import page_of_log
from coupons.issue_log.serializers import IssueLogPage
from coupons.models.event import MOST_COUPONS
from salon_contracts.http.problem import UnknownCouponEvent
from salon_contracts.verify.issue_log import PAGE_LIMIT

USUAL_LIMIT = 100


class IssueLogView(AnonymousView):
    @extend_schema(
        operation_id="get_coupon_event_issue_log",
        parameters=[
            OpenApiParameter("after", {"type": "integer", "minimum": 0, "maximum": MOST_COUPONS, "default": 0}),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": USUAL_LIMIT}),
        ],
        responses=answers({200: IssueLogPage}, UnknownCouponEvent),
    )
    def get(self, request: Request, event_id: UUID) -> Response:
        """Read the hash-chained log of what was issued, to check it with salon_contracts.verify.issue_log."""
        after = whole_number(request.query_params, "after", usual=0, least=0, most=MOST_COUPONS)
        limit = whole_number(request.query_params, "limit", usual=USUAL_LIMIT, least=1, most=PAGE_LIMIT)

        page = page_of_log(event_id=event_id, after=after, limit=limit)

        return Response(IssueLogPage(page).data)
