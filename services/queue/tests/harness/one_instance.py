"""The streams of one instance, and what reads the places that they show, without the process around them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.instance.presence import Presence
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Status
from coupon_queue.settings import Settings
from coupon_queue.streams.open_streams import OpenStreams
from coupon_queue.streams.watchers import Watchers
from tests.harness.connection import Connection


class OneInstance(NamedTuple):
    streams: OpenStreams
    presence: Presence

    async def open_stream(self, event_id: UUID, account_id: int, **opened_by: Any) -> Connection:
        """A customer in line connects. Returns the customer's end of the connection."""
        stream = self.streams.expect(event_id=event_id, account_id=account_id, **opened_by)
        connection = Connection()
        stream.begin(connection)
        place = await self.presence.read_place(stream)
        assert place is not None
        await self.presence.begin(stream, place)
        return connection


def one_instance(redis: Redis) -> OneInstance:
    settings, tickets = Settings.model_construct(), Tickets(keys="k" * 32)
    streams = OpenStreams(tickets=tickets, buffer_bytes_max=1 << 20)

    async def status(event_id: UUID) -> Status:
        raise AssertionError("nobody watches")

    presence = Presence(
        settings,
        redis=redis,
        streams=streams,
        watchers=Watchers(settings, read=status),
        catalog=EventCatalog(redis=redis, brokers="nowhere", instance="here"),
        tickets=tickets,
        instance="here",
    )
    return OneInstance(streams, presence)
