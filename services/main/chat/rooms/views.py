"""The endpoints of rooms and their history."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictIntegerField, StrictSerializer
from api.language import words
from api.paging import listed, page_of
from blocks.errors import TooManyBlocks
from blocks.serializers import BlockShown
from blocks.services import block
from chat.errors import GroomerNotFound, RoomLimitReached, RoomNotFound, TooManyNewRooms
from chat.history.pages import history
from chat.rooms import queries, services
from chat.rooms.serializers import MessagesShown, RoomShown, RoomsShown
from salon_contracts.events.chat import Cursor
from salon_contracts.http.problem import Forbidden, InvalidInput

NEWEST_FIRST = ("-created_at", "-id")
# MongoDB's integers end here.
MAX_OFFSET = 2**63 - 1


class RoomsView(APIView):
    class Input(StrictSerializer):
        groomer_id = StrictIntegerField(min_value=1, max_value=MAX_OFFSET)

    @extend_schema(
        operation_id="open_room",
        request=Input,
        responses=answers(
            {200: RoomShown, 201: RoomShown}, Forbidden, GroomerNotFound, RoomLimitReached, TooManyNewRooms
        ),
    )
    def post(self, request: Request) -> Response:
        """Open the room in which I talk with a groomer: a new one (201), or the one there is (200)."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        by = by_asker(request)

        opened = services.open_room(groomer_id=data.validated_data["groomer_id"], by=by)

        answer = RoomShown(opened.room, context={"account_id": by.account_id}).data
        return Response(answer, status=201 if opened.is_new else 200)

    @extend_schema(
        operation_id="list_my_rooms",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=answers({200: RoomsShown}),
    )
    def get(self, request: Request) -> Response:
        """List my rooms, the newest first."""
        me = asker(request).account_id
        page = page_of(request.query_params)

        rooms = queries.rooms_of(account_id=me)

        return Response(RoomsShown(listed(rooms, page=page, order=NEWEST_FIRST), context={"account_id": me}).data)


class MessagesView(APIView):
    @extend_schema(
        operation_id="list_messages",
        parameters=[OpenApiParameter(name, kind) for name, kind in (("before", str), ("after", str), ("limit", int))],
        responses=answers({200: MessagesShown}, RoomNotFound),
    )
    def get(self, request: Request, room_id: UUID) -> Response:
        """List the messages of a room in order: the newest ones, those `before` a cursor, or those `after` one."""
        before = _cursor(request.query_params, "before")
        after = _cursor(request.query_params, "after")
        limit = page_of({"limit": request.query_params.get("limit", "50")}).limit
        room = queries.room_of(room_id=room_id, account_id=asker(request).account_id)

        page = history().page(room_id=str(room.pk), before=before, after=after, limit=limit)

        cursor = str(page.next) if page.next is not None else None
        return Response(MessagesShown({"items": [message.body for message in page.messages], "next": cursor}).data)


class BlockOtherView(APIView):
    @extend_schema(
        operation_id="block_other_in_room",
        request=None,
        responses=answers({200: BlockShown}, RoomNotFound, TooManyBlocks, Forbidden),
    )
    def put(self, request: Request, room_id: UUID) -> Response:
        """Block whom I talk with in a room: no new booking and no new room. A second time changes nothing."""
        by = by_asker(request)
        room = queries.room_of(room_id=room_id, account_id=by.account_id)

        blocked = block(account_id=queries.other_in(room, account_id=by.account_id), by=by)

        return Response(BlockShown(blocked).data)


def _cursor(params: Mapping[str, str], name: str) -> Cursor | None:
    text = params.get(name)
    if not text:
        return None
    try:
        cursor = Cursor.parse(text)
    except ValueError:
        raise _no_cursor(name) from None
    if max(cursor) > MAX_OFFSET:
        raise _no_cursor(name)
    return cursor


def _no_cursor(name: str) -> InvalidInput:
    detail = words(en="A cursor looks like 1-4711", ko="커서는 1-4711처럼 생겼어요")
    return InvalidInput(errors=[{"field": name, "code": "invalid", "detail": detail}])
