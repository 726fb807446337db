"""A socket that answers every failure with a problem frame and keeps the connection, unless its account floods it."""

from __future__ import annotations

import random
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer  # type: ignore[import-untyped]

from api.problems import problem_of
from chat import metrics
from chat.errors import MalformedFrame, UnknownFrameType
from chat.history.messages import prepared
from chat.socket.frames.reading import parse, request_id_of
from chat.socket.garbage_limit import GarbageLimit
from salon_contracts.http.chat_frames import CloseCode, ProblemFrame, ServerFrame
from salon_contracts.http.problem import Problem, ProblemDocument, RateLimited
from salon_kit.logs import get_logger
from salon_kit.spans.recording import Parent, hot_unit, note_refusal
from salon_kit.tracing import traced
from serving.sockets.connection import Connection
from serving.sockets.frame_rate import FrameMeter

log = get_logger(__name__)

# In frames, beside the frame itself: what a frame costs that is large, or is none.
COST_OF_CHARACTER = 1 / 2048
GARBAGE_COST = 4


class ProblemSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Subclasses handle frames in `on_frame`, and know whose the socket is before the first."""

    connection: Connection
    meter: FrameMeter
    language: str
    socket_id: str

    def __init__(self) -> None:
        super().__init__()
        self._garbage = GarbageLimit()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own would look after database connections before each frame; here other threads have those."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        reply_to: int | None = None
        # One id from the click that opened the socket; the frame's own tells its lines from those of other frames.
        with (
            traced(self.socket_id, frame=f"{random.getrandbits(32):08x}"),
            hot_unit("frame", Parent(self.socket_id)) as span,
        ):
            try:
                text = message.get("text")
                self.pause_for(len(text or "") * COST_OF_CHARACTER)
                body = parse(text, language=self.language)
                reply_to = request_id_of(body)
                self.pay(1)
                await self.on_frame(body)
                if span.is_recording():
                    span.update_name(f"frame {body['type']}")
            except Exception as error:  # whatever it was, the connection stays
                problem = problem_of(error)
                note_refusal(span, problem)
                self.refuse(problem, reply_to=reply_to)

    async def on_frame(self, body: dict[str, Any]) -> None:
        raise NotImplementedError

    def pay(self, cost: float) -> None:
        """What a frame costs is taken from its account. Raises RateLimited."""
        taken = self.meter.take(cost)
        if taken.pause_seconds:
            self.connection.inbox.pause(taken.pause_seconds)
        if taken.is_too_deep:
            log.warning("flooding_socket_closed", account_id=self.meter.account_id)
            self.connection.close(CloseCode.TOO_MANY_FRAMES, "too many frames")
        if taken.wait_seconds:
            raise RateLimited(retry_after_seconds=taken.wait_seconds)

    def pause_for(self, cost: float) -> None:
        """What nobody could know before it was done, and is not refused for: the account's next frame comes later."""
        if pause_seconds := self.meter.pause_for(cost):
            self.connection.inbox.pause(pause_seconds)

    def pay_for_other_frame(self) -> None:
        """Pings, pongs and pieces of messages cost the same, though there is no number to reply to."""
        try:
            self.pay(1)
        except RateLimited as problem:
            self.refuse(problem, reply_to=None)

    def refuse(self, problem: Problem, *, reply_to: int | None) -> None:
        metrics.refused.labels(problem.code).inc()
        body = problem.body(language=self.language)
        document = ProblemDocument.model_validate(body)
        self.send_frame(ProblemFrame(type="problem", reply_to=reply_to, problem=document))
        if isinstance(problem, MalformedFrame | UnknownFrameType):
            self._count_garbage()

    def _count_garbage(self) -> None:
        self.pause_for(GARBAGE_COST)
        if self._garbage.is_over():
            log.warning("garbage_socket_closed")
            self.connection.close(GarbageLimit.closes_with, "too much garbage")

    def send_frame(self, frame: ServerFrame) -> None:
        self.connection.send(prepared(frame))
