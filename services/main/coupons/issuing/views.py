"""The endpoint of one's own coupons."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.authentication import asker
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from coupons.issuing.queries import coupons_of
from coupons.issuing.serializers import CouponPage


class MyCouponsView(APIView):
    @extend_schema(operation_id="list_my_coupons", parameters=PAGE_PARAMETERS, responses=answers({200: CouponPage}))
    def get(self, request: Request) -> Response:
        """List my coupons, the newest first."""
        page = page_of(request.query_params)
        coupons = coupons_of(customer_id=asker(request).account_id)

        return Response(CouponPage(listed(coupons, page=page, order=("-issued_at", "-id"))).data)
