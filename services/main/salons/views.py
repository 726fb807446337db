"""The endpoints of the marketplace that need no signing in."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caching import kept_shortly
from api.callers.browsing import browsing
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from api.public import AnonymousView
from salon_contracts.http.problem import NotFound
from salons import queries
from salons.serializers import SalonsShown, SalonWithOffersShown


class SalonsView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="list_salons", parameters=PAGE_PARAMETERS, responses=answers({200: SalonsShown}))
    def get(self, request: Request) -> Response:
        """List salons."""
        page = page_of(request.query_params)

        return Response(SalonsShown(listed(queries.salons(), page=page, order=("id",))).data)


class SalonView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="get_salon", responses=answers({200: SalonWithOffersShown}, NotFound))
    def get(self, request: Request, salon_id: int) -> Response:
        """Read one salon with its groomers, treatments and opening hours."""
        salon = queries.salon_with_offers(salon_id=salon_id)

        return Response(SalonWithOffersShown(salon).data)
