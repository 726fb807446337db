"""The endpoints of the marketplace that need no signing in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.caching import kept_shortly
from api.callers.browsing import browsing
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.inputs.query_fields import QueryNumberField
from api.paging import listed, page_of
from api.public import AnonymousView
from salon_contracts.http.problem import NotFound
from salons import queries
from salons.serializers import RegionsShown, SalonsShown, SalonWithOffersShown


class RegionsView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="list_regions", responses=answers({200: RegionsShown}))
    def get(self, request: Request) -> Response:
        """List all cities of Korea with their districts, all at once."""
        cities = [found._asdict() for found in queries.districts_by_city()]

        return Response(RegionsShown({"items": cities}).data)


class SalonsView(AnonymousView):
    class Input(serializers.Serializer[Any]):
        region = QueryNumberField(min_value=1, max_value=10**18 - 1, required=False, help_text="id of a district")

    @kept_shortly
    @browsing
    @extend_schema(
        operation_id="list_salons", parameters=[Input, *PAGE_PARAMETERS], responses=answers({200: SalonsShown})
    )
    def get(self, request: Request) -> Response:
        """List salons, of one district or of all."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)
        page = page_of(request.query_params)

        found = queries.salons(region_id=data.validated_data.get("region"))

        return Response(SalonsShown(listed(found, page=page, order=("id",))).data)


class SalonView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="get_salon", responses=answers({200: SalonWithOffersShown}, NotFound))
    def get(self, request: Request, salon_id: int) -> Response:
        """Read one salon with its groomers, treatments and opening hours."""
        salon = queries.salon_with_offers(salon_id=salon_id)

        return Response(SalonWithOffersShown(salon).data)
