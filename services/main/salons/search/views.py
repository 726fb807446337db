"""The endpoints of the search. Nobody needs to have signed in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.caching import kept_shortly
from api.callers.browsing import browsing
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.inputs.body_fields import CleanLineField
from api.paging import page_of
from api.public import AnonymousView
from salons.search.queries import found_salons
from salons.search.serializers import LONGEST_QUERY, SalonsFoundShown, SearchInput, SuggestionsShown
from salons.search.suggestions import suggestions


class SalonsView(AnonymousView):
    class Input(SearchInput):
        """All of these hold together."""

    @kept_shortly
    @browsing
    @extend_schema(
        operation_id="list_salons", parameters=[Input, *PAGE_PARAMETERS], responses=answers({200: SalonsFoundShown})
    )
    def get(self, request: Request) -> Response:
        """Search salons by words, place, treatment, size of dog, price, time; without any of these, list them all."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)
        page, now = page_of(request.query_params), timezone.now()

        found = found_salons(data.wanted(now=now), page=page, now=now)

        return Response(SalonsFoundShown(found).data)


class SuggestionsView(AnonymousView):
    class Input(serializers.Serializer[Any]):
        q = CleanLineField(
            max_length=LONGEST_QUERY,
            allow_blank=True,
            required=False,
            default="",
            help_text="what has been typed so far",
        )

    @kept_shortly
    @browsing
    @extend_schema(operation_id="suggest_salons", parameters=[Input], responses=answers({200: SuggestionsShown}))
    def get(self, request: Request) -> Response:
        """Suggest districts and salons while somebody types, by parts of words and first consonants (초성)."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)

        found = suggestions(data.validated_data["q"])

        return Response(SuggestionsShown({"items": [one._asdict() for one in found]}).data)
