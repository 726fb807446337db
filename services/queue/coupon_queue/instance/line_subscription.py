"""The one Redis subscription of this instance: the frames of every line, and the changes of single places."""

from __future__ import annotations

import time
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError

from coupon_queue.background import retry_forever
from coupon_queue.instance.presence import Presence
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.scripts.shared.line_keys import LINE_CHANNELS, event_of_channel
from coupon_queue.streams.open_streams import OpenStreams
from coupon_queue.streams.watchers import Watchers
from salon_kit.logs import get_logger

log = get_logger(__name__)

_LISTEN_SECONDS = 0.5
# Shorter than Sentinels wait before they call a primary dead (2 s or more): one that was silent for longer may have
# been replaced meanwhile, and what it sends when it wakes up is not what the line decided.
_SILENCE_SECONDS = 1.5


class LineSubscription:
    """Listens, and after every interruption has all streams here brought in step again."""

    def __init__(self, *, redis: Redis, streams: OpenStreams, presence: Presence, watchers: Watchers) -> None:
        self._redis = redis
        self._streams = streams
        self._presence = presence
        self._watchers = watchers
        self._received_at = 0.0
        self._each = LineByLine("subscription")
        self.is_listening = False

    async def run(self) -> None:
        await retry_forever("line_subscription", self._listen)

    async def _listen(self) -> None:
        try:
            async with self._redis.pubsub() as pubsub:
                await pubsub.psubscribe(LINE_CHANNELS)
                self._received_at = time.monotonic()
                while True:
                    await self._receive(pubsub)
        finally:
            self.is_listening = False

    async def _receive(self, pubsub: PubSub) -> None:
        try:
            message = await pubsub.get_message(timeout=_LISTEN_SECONDS)
        except UnicodeDecodeError as error:
            raise RedisConnectionError("the subscription gave what is no text") from error
        now = time.monotonic()
        if now - self._received_at > _SILENCE_SECONDS:
            raise RedisConnectionError("the subscription gave no sign of life")
        if message is None:
            await pubsub.ping()  # a cut connection is silent; a living one answers with a pong
            return
        self._received_at = now
        if message["type"] == "psubscribe":
            self.is_listening = True
            self._streams.lose_step(*self._streams.events())
            self._watchers.may_have_missed()
            log.info("line_subscribed")
        elif message["type"] == "pmessage":
            event_id = event_of_channel(message["channel"])
            if event_id is not None:
                await self._pass_on_or_lose_step(event_id, message["data"])
            self._received_at = time.monotonic()  # what we were busy with is not their silence

    async def _pass_on_or_lose_step(self, event_id: UUID, text: str) -> None:
        with self._each.apart(event_id):
            try:
                await self._pass_on(event_id, text)
            except Exception:
                self._streams.lose_step(event_id)  # whatever it was to tell them, they read it themselves
                raise

    async def _pass_on(self, event_id: UUID, text: str) -> None:
        if text.startswith("F"):
            document = text[1:].encode()
            self._watchers.framed(event_id, document)
            await self._streams.send_frame(event_id=event_id, document=document)
        else:
            read = orjson.loads(text[1:])
            changes = read if isinstance(read, list) else [read]
            back_in_line = self._streams.send_changes(event_id=event_id, changes=changes)
            if back_in_line:
                await self._presence.bring_in_step(event_id=event_id, account_ids=back_in_line)
