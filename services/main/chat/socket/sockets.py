"""The WebSocket /ws/v1/chat: frames in, one rule each, frames out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from channels.exceptions import StopConsumer  # type: ignore[import-untyped]
from django.http.cookie import parse_cookie
from opentelemetry.trace import SpanKind

from api.callers.client_address import client_network_of_socket
from api.callers.identity import ACCESS_COOKIE, Identity, Presented, identify
from api.problems import problem_of
from chat import metrics
from chat.errors import NotSubscribed, RoomNotFound, TooManyRooms
from chat.socket.frames.reading import read_frame
from chat.socket.frames.sending import CheckedSend
from chat.socket.memberships import Memberships
from chat.socket.problem_socket import ProblemSocket
from chat.socket.process import chat
from chat.socket.sending import Delivery
from config.env import env
from salon_contracts.events.chat import Cursor
from salon_contracts.http.access_tokens import ON_BEHALF_OF_HEADER
from salon_contracts.http.chat_frames import (
    Ack,
    AnyClientFrame,
    CloseCode,
    Ping,
    Pong,
    Send,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
)
from salon_contracts.http.problem import (
    ForeignOrigin,
    NotSignedIn,
    Problem,
    RateLimited,
    SignedInAsAnother,
    language_of,
)
from salon_kit.logs import get_logger
from salon_kit.spans.recording import Parent, here, hot_unit
from salon_kit.spans.requests import REQUEST_START, TRACEPARENT, asked, request_unit
from salon_kit.tracing import trace_id_from, traced
from serving.sockets.connection import EXTENSION, Connection
from serving.sockets.frame_rate import frame_rates
from serving.sockets.open_sockets import Owner, TooManySockets, open_sockets

log = get_logger(__name__)

CLOSE_CODES: dict[type[Problem], CloseCode] = {
    NotSignedIn: CloseCode.NOT_SIGNED_IN,
    SignedInAsAnother: CloseCode.SIGNED_IN_AS_ANOTHER,
    RateLimited: CloseCode.TOO_MANY_FRAMES,
    TooManySockets: CloseCode.TOO_MANY_SOCKETS,
}
MAX_ROOMS = 200
MAX_UNACKNOWLEDGED = 64
# In frames: a connection, and what a frame costs beside its parsing.
HANDSHAKE_COST = 5
NOT_A_MEMBER_COST = 5
MISSED_MESSAGE_COST = 1.5
COSTS_MORE: dict[type[AnyClientFrame], int] = {CheckedSend: 1, Subscribe: 2}


class ChatSocket(ProblemSocket):
    identity: Identity

    def __init__(self) -> None:
        super().__init__()
        self._rooms: set[str] = set()
        self._memberships = Memberships()
        self._owned: set[asyncio.Task[None]] = set()
        self._expiry: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        self.connection = self.scope["extensions"][EXTENSION]
        headers = {name.decode("latin1"): value.decode("latin1") for name, value in self.scope["headers"]}
        self.language = language_of(headers.get("accept-language"))
        self.socket_id = trace_id_from(headers.get("x-request-id"))
        request = asked(self.socket_id, traceparent=headers.get(TRACEPARENT), started=headers.get(REQUEST_START))
        with traced(self.socket_id), request_unit("WebSocket /ws/v1/chat", request):
            await self._open(headers)

    async def _open(self, headers: dict[str, str]) -> None:
        authorization, cookie_token = headers.get("authorization"), _access_cookie(headers.get("cookie", ""))
        if cookie_token and not authorization and headers.get("origin") != env.public_origin:
            log.warning("foreign_origin_refused")
            self.connection.refuse_handshake(ForeignOrigin())
            return
        await self.accept()
        try:
            self.identity = identify(self._presented(headers, authorization, cookie_token))
            self._begin()
        except Problem as problem:
            self.refuse(problem, reply_to=None)
            self.connection.close(_close_code(problem), problem.code)

    def _begin(self) -> None:
        """Count the socket and its frames. Raises TooManySockets, RateLimited."""
        account_id = self.identity.account_id
        network = client_network_of_socket(self.scope)
        open_sockets.add(self.connection, Owner(network, account_id, self.identity.session_id))
        self.meter = frame_rates.meter_of(account_id)
        self.connection.on_other_frame = self.pay_for_other_frame
        self.pay(HANDSHAKE_COST)
        left = (self.identity.expires_at - datetime.now(UTC)).total_seconds()
        loop = asyncio.get_running_loop()
        self._expiry = loop.call_later(left, self.connection.close, CloseCode.NOT_SIGNED_IN, "token ran out")

    def _presented(self, headers: dict[str, str], authorization: str | None, cookie_token: str | None) -> Presented:
        return Presented(
            authorization=authorization,
            cookie_token=cookie_token,
            on_behalf_of=headers.get(ON_BEHALF_OF_HEADER.lower()),
            query_string=self.scope["query_string"].decode("latin-1"),
        )

    async def on_frame(self, body: dict[str, Any]) -> None:
        frame = read_frame(body, language=self.language)
        self.pay(COSTS_MORE.get(type(frame), 0))
        match frame:
            case Subscribe():
                await self._subscribe(frame)
            case Unsubscribe():
                self._unsubscribe(frame)
            case Send():
                await self._send(frame)
            case Ping():
                self.send_frame(Pong(type="pong", reply_to=frame.id))

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        metrics.sockets.inc()
        try:
            await super().__call__(scope, receive, send)
        finally:  # not in websocket_disconnect: Daphne may also cancel
            self._leave()

    def _leave(self) -> None:
        metrics.sockets.dec()
        if self._expiry is not None:
            self._expiry.cancel()
        connection: Connection = self.scope["extensions"][EXTENSION]
        open_sockets.remove(connection)
        for room_id in self._rooms:
            chat().live.registry.remove(room_id, connection)
        for task in self._owned:
            task.cancel()

    async def _subscribe(self, frame: Subscribe) -> None:
        room_id = str(frame.room_id)
        await self._be_member(room_id)
        if room_id not in self._rooms and len(self._rooms) >= MAX_ROOMS:
            raise TooManyRooms(max_rooms=MAX_ROOMS)

        result = await chat().resume.subscribe(
            listener=self.connection, account_id=self.identity.account_id, room_id=room_id, after=frame.after
        )
        self._rooms.add(room_id)
        self.pause_for(result.given * MISSED_MESSAGE_COST)
        if frame.after is not None:
            metrics.subscribed.labels(str(result.recovered).lower()).inc()

        cursor = str(result.cursor) if result.cursor is not None else None
        self.send_frame(
            Subscribed(type="subscribed", reply_to=frame.id, room_id=room_id, recovered=result.recovered, cursor=cursor)
        )

    def _unsubscribe(self, frame: Unsubscribe) -> None:
        room_id = str(frame.room_id)
        if room_id not in self._rooms:
            raise NotSubscribed

        self._rooms.discard(room_id)
        chat().live.registry.remove(room_id, self.connection)

        self.send_frame(Unsubscribed(type="unsubscribed", reply_to=frame.id, room_id=room_id))

    async def _send(self, frame: Send) -> None:
        room_began = await self._be_member(str(frame.room_id))
        if len(self._owned) >= MAX_UNACKNOWLEDGED:
            raise RateLimited(retry_after_seconds=1)

        handed_over = await chat().sender.hand_over(
            room_id=frame.room_id,
            room_began=room_began,
            sender_id=self.identity.account_id,
            client_message_id=frame.client_message_id,
            text=frame.text,
        )

        # The next frame need not wait for this one's acknowledgement.
        self._start(self._acknowledge_under(here(), frame, handed_over))

    async def _acknowledge_under(self, parent: Parent | None, frame: Send, handed_over: Cursor | Delivery) -> None:
        with hot_unit("acknowledge", parent or Parent(self.socket_id), kind=SpanKind.PRODUCER):
            await self._acknowledge(frame, handed_over)

    async def _acknowledge(self, frame: Send, handed_over: Cursor | Delivery) -> None:
        try:
            cursor = handed_over if isinstance(handed_over, Cursor) else await chat().sender.acknowledge(handed_over)
        except Exception as error:  # as in websocket_receive
            self.refuse(problem_of(error), reply_to=frame.id)
            return
        self.send_frame(
            Ack(
                type="ack",
                reply_to=frame.id,
                room_id=str(frame.room_id),
                client_message_id=str(frame.client_message_id),
                cursor=str(cursor),
            )
        )

    async def _be_member(self, room_id: str) -> datetime:
        """When the room began. Raises RoomNotFound."""
        try:
            return await self._memberships.beginning_of(room_id, account_id=self.identity.account_id)
        except RoomNotFound:
            self.meter.take(NOT_A_MEMBER_COST)
            raise

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """This socket owns the task: it ends with the connection at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._owned.add(task)
        task.add_done_callback(self._owned.discard)


def _access_cookie(header: str) -> str | None:
    # Not http.cookies: it drops all of a header in which one cookie, perhaps another site's, has an odd character.
    return parse_cookie(header).get(ACCESS_COOKIE)


def _close_code(problem: Problem) -> CloseCode:
    for kind, code in CLOSE_CODES.items():
        if isinstance(problem, kind):
            return code
    return CloseCode.INTERNAL_ERROR
