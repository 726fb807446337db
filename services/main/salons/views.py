"""Where there are salons, and what one of them offers. The search has a package of its own."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caching import kept_shortly
from api.callers.browsing import browsing
from api.documents.openapi_answers import answers
from api.public import AnonymousView
from salon_contracts.http.problem import NotFound
from salons import queries
from salons.serializers import RegionsShown, SalonWithOffersShown


class RegionsView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="list_regions", responses=answers({200: RegionsShown}))
    def get(self, request: Request) -> Response:
        """List all cities of Korea with their districts, all at once."""
        cities = [found._asdict() for found in queries.districts_by_city()]

        return Response(RegionsShown({"items": cities}).data)


class SalonView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="get_salon", responses=answers({200: SalonWithOffersShown}, NotFound))
    def get(self, request: Request, salon_id: int) -> Response:
        """Read one salon with its groomers, treatments and opening hours."""
        salon = queries.salon_with_offers(salon_id=salon_id, now=timezone.now())

        return Response(SalonWithOffersShown(salon).data)
