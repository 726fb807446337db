"""The endpoints of feeds, and the feed itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, answers
from api.inputs.body_fields import StrictSerializer
from api.negotiation import AnyAnswer
from api.public import AnonymousView
from calendars.errors import TooManyFeeds
from calendars.queries import content_of_feed, feeds_of
from calendars.serializers import CalendarFeedsShown, NewCalendarFeedShown
from calendars.services import make_feed, revoke_feed
from calendars.words import NAMES
from config.env import env
from ical.entries import feed
from idempotency.errors import KeyUsedForAnother, WhatItMadeIsGone
from salon_contracts.http.problem import Forbidden, NotFound

REFRESH = timedelta(hours=1)
PATH = "/api/v1/calendar.ics"


class CalendarFeedsView(APIView):
    class Input(StrictSerializer):
        """Nothing to say."""

    @extend_schema(operation_id="list_my_calendar_feeds", responses=answers({200: CalendarFeedsShown}, Forbidden))
    def get(self, request: Request) -> Response:
        """List the addresses at which my bookings can be read, the newest first. Their secrets are not shown."""
        mine = feeds_of(account_id=asker(request).account_id).order_by("-made_at", "-id")

        return Response(CalendarFeedsShown({"items": mine}).data)

    @extend_schema(
        operation_id="make_calendar_feed",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: NewCalendarFeedShown, 201: NewCalendarFeedShown},
            *(TooManyFeeds, KeyUsedForAnother, WhatItMadeIsGone, Forbidden),
        ),
    )
    def post(self, request: Request) -> Response:
        """Make an address at which a calendar reads my bookings. It is shown in this answer and never again.

        The same request (Idempotency-Key) again is answered with 200 and another address of the same feed: the former
        one is nobody's.
        """
        self.Input(data=request.data).is_valid(raise_exception=True)

        made = make_feed(by=by_asker(request))

        shown = {"feed": made.feed, "url": f"{env.public_origin}{PATH}?secret={made.secret}"}
        return Response(NewCalendarFeedShown(shown).data, status=201 if made.is_new else 200)


class CalendarFeedView(APIView):
    @extend_schema(
        operation_id="revoke_calendar_feed", request=None, responses=answers({204: None}, NotFound, Forbidden)
    )
    def delete(self, request: Request, feed_id: UUID) -> Response:
        """Nobody reads my bookings at this address any more."""
        revoke_feed(feed_id, by=by_asker(request))

        return Response(status=204)


class CalendarView(AnonymousView):
    content_negotiation_class = AnyAnswer

    class Query(serializers.Serializer[Any]):
        secret = serializers.CharField(
            max_length=100, trim_whitespace=False, help_text="as it stands in the address of the feed"
        )

    @extend_schema(
        operation_id="read_calendar",
        parameters=[
            Query,
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="the ETag that was read"),
        ],
        responses=answers(
            {
                (200, "text/calendar"): OpenApiResponse(OpenApiTypes.STR, description="iCalendar (RFC 5545)"),
                304: OpenApiResponse(description="it is as it was"),
            },
            NotFound,
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Read the bookings of whoever made this feed, from thirty days ago on: what a calendar subscribes to.

        The secret stands in the query, which no log of ours has.
        """
        query = self.Query(data=request.query_params)
        query.is_valid(raise_exception=True)

        content = content_of_feed(secret=query.validated_data["secret"], now=timezone.now())

        answer = HttpResponse(content_type="text/calendar; charset=utf-8")
        answer["ETag"] = f'"{content.version}"'
        answer["Cache-Control"] = "private, no-cache"
        answer["Content-Language"] = content.language
        same = get_conditional_response(request._request, etag=answer["ETag"], response=answer)  # noqa: SLF001  # DRF has no public name for it
        if same is answer:
            answer.content = feed(content.entries, name=NAMES[content.language], refresh=REFRESH)
        return same or answer
