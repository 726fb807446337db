"""The endpoints of one's own notifications."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.inputs.body_fields import AnyCaseUUIDField, StrictSerializer
from api.paging import MAX_LIMIT, listed, page_of
from notifications.queries import notifications_of, unread_count
from notifications.serializers import NotificationPage, Unread
from notifications.services import mark_read


class MyNotificationsView(APIView):
    @extend_schema(
        operation_id="list_my_notifications", parameters=PAGE_PARAMETERS, responses=answers({200: NotificationPage})
    )
    def get(self, request: Request) -> Response:
        """List my notifications, the newest first, and how many are unread."""
        page = page_of(request.query_params)
        recipient_id = asker(request).account_id

        mine = listed(
            notifications_of(recipient_id=recipient_id),
            page=page,
            order=("-created_at", "-id"),
        )

        return Response(NotificationPage({**mine, "unread": unread_count(recipient_id=recipient_id)}).data)


class ReadNotificationsView(APIView):
    class Input(StrictSerializer):
        """Without `ids`: all."""

        ids = serializers.ListField(
            child=AnyCaseUUIDField(), required=False, allow_null=True, default=None, max_length=MAX_LIMIT
        )

    @extend_schema(operation_id="mark_notifications_read", request=Input, responses=answers({200: Unread}))
    def post(self, request: Request) -> Response:
        """Mark some of my notifications as read, or without `ids` all of them."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        unread = mark_read(ids=data.validated_data["ids"], by=by_asker(request))

        return Response(Unread({"unread": unread}).data)
