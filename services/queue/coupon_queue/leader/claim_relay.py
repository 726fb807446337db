"""Carries claims from each line's stream to Kafka. A claim leaves the stream only after Kafka has it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from confluent_kafka import KafkaError, KafkaException
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever, wait_for
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.producers import new_producer
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.scripts import Term, UnsentClaim
from coupon_queue.settings import Settings
from salon_contracts.stores.redis_keys import line_unsent_claims
from salon_kit.kafka.producer import KafkaProducer, NewRecord
from salon_kit.logs import get_logger

log = get_logger(__name__)

_BATCH = 500
_POLL_SECONDS = 0.5


class ClaimRelay:
    """Sends what is in the streams, oldest first; what an earlier leader left behind is sent again.

    A claim that is sent twice is harmless: its claim_id is the same, and main answers it as before.
    """

    def __init__(self, settings: Settings, *, redis: Redis, lines: Lines, signals: LineSignals) -> None:
        self._settings = settings
        self._redis = redis
        self._lines = lines
        self._signals = signals
        self._each = LineByLine("relay")

    async def run(self, term: Term) -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="queue-relay")
        producer = new_producer(self._settings, name=f"queue-relay-{term.epoch}")
        try:
            await retry_forever("relay", lambda: self._carry_all(producer, thread))
        finally:
            thread.submit(producer.close, flush_seconds=0)
            thread.shutdown(wait=False)

    async def _carry_all(self, producer: KafkaProducer, thread: ThreadPoolExecutor) -> None:
        self._signals.relay.clear()
        carried = 0
        for event_id in self._each.sound(self._lines.active()):
            with self._each.apart(event_id):
                carried += await self._carry(event_id, producer, thread)
        if not carried:
            await wait_for(self._signals.relay, seconds=_POLL_SECONDS)

    async def _carry(self, event_id: UUID, producer: KafkaProducer, thread: ThreadPoolExecutor) -> int:
        unsent = await scripts.unsent_claims(self._redis, event_id=event_id, batch_size=_BATCH)
        if not unsent:
            return 0
        loop = asyncio.get_running_loop()
        seconds = self._settings.kafka_delivery_seconds + 1
        delivered, fault = await loop.run_in_executor(thread, _send, producer, unsent, seconds)
        if delivered:
            await self._redis.xdel(line_unsent_claims(event_id), *delivered)
        if fault is not None:
            raise KafkaException(fault)
        return len(delivered)


def _send(producer: KafkaProducer, unsent: list[UnsentClaim], seconds: float) -> tuple[list[str], KafkaError | None]:
    """Returns the entries that Kafka acknowledged, and a reason if there are others."""
    outcomes = producer.deliver([NewRecord.of(claim) for _, claim in unsent], within_seconds=seconds)
    delivered = [entry_id for (entry_id, _), error in zip(unsent, outcomes, strict=True) if error is None]
    return delivered, next((error for error in outcomes if error is not None), None)
