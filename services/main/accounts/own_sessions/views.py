"""The endpoints of one's own sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Session
from accounts.own_sessions import services
from accounts.own_sessions.queries import live_sessions
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from salon_contracts.http.problem import NotFound


class OwnSession(serializers.Serializer[Session]):
    id = serializers.UUIDField()
    client = serializers.CharField(help_text="browser or mobile; empty for a sign-in from before it was noted")
    device = serializers.CharField(help_text="`Chrome, Windows`; empty where it did not say")
    network = serializers.CharField(help_text="a part of the address, such as 203.0.*.*")
    started_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="within the ten minutes that an access token lives")
    is_this_one = serializers.SerializerMethodField()

    def get_is_this_one(self, session: Session) -> bool:
        return bool(session.pk == self.context["this"])


class OwnSessionPage(serializers.Serializer[Any]):
    items = OwnSession(many=True)
    next = serializers.CharField(allow_null=True)


class MySessionsView(APIView):
    @extend_schema(
        operation_id="list_my_sessions", parameters=PAGE_PARAMETERS, responses=answers({200: OwnSessionPage})
    )
    def get(self, request: Request) -> Response:
        """List where I am signed in, the latest sign-in first."""
        page = page_of(request.query_params)
        me = asker(request)

        mine = listed(
            live_sessions(account_id=me.account_id, now=timezone.now()), page=page, order=("-started_at", "-id")
        )

        return Response(OwnSessionPage(mine, context={"this": me.session_id}).data)

    @extend_schema(operation_id="end_my_other_sessions", request=None, responses=answers({204: None}))
    def delete(self, request: Request) -> Response:
        """Sign out everywhere but here. Sockets and streams of the others close within seconds."""
        services.end_my_other_sessions(but=asker(request).session_id, by=by_asker(request))

        return Response(status=204)


class MySessionView(APIView):
    @extend_schema(operation_id="end_my_session", request=None, responses=answers({204: None}, NotFound))
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Sign out on one device."""
        services.end_my_session(session_id=session_id, by=by_asker(request))

        return Response(status=204)
