"""Main as the line sees it: publishes events, answers claims with its two unique constraints."""

from __future__ import annotations

import threading
import time
from uuid import UUID, uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from salon_contracts.events import topics
from salon_contracts.events.coupons import (
    ON_COUPON_CLAIMS,
    ON_COUPON_DRAWS,
    CouponClaimedV1,
    CouponEventChangedV1,
    CouponIssuedV1,
    CouponRefusedV1,
    DrawEntriesShutV1,
    RefusalReason,
)
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event


class Main:
    def __init__(self, brokers: str) -> None:
        self._brokers = brokers
        self._producer = Producer({"bootstrap.servers": brokers, "acks": "all", "linger.ms": 0})
        self._consumer = Consumer({"bootstrap.servers": brokers, "group.id": uuid4().hex, "enable.auto.commit": False})
        self._answers: dict[str, CouponIssuedV1 | CouponRefusedV1] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.answering = threading.Event()
        self.answering.set()
        self.refuses: dict[int, RefusalReason] = {}
        self.answers_events: set[UUID] = set()
        self.rows: list[CouponIssuedV1] = []
        self.claims: list[CouponClaimedV1] = []
        self._assign_at_the_end()
        self._thread = threading.Thread(target=self._answer_for_ever, name="main")
        self._thread.start()

    def publish(self, event: CouponEventChangedV1) -> CouponEventChangedV1:
        self.answers_events.add(event.coupon_event_id)
        self._send(event)
        return event

    def send(self, answer: CouponIssuedV1 | CouponRefusedV1 | DrawEntriesShutV1) -> None:
        self._send(answer)

    def first_list(self, event_id: UUID, *, seconds: float = 15) -> tuple[str, list[str]]:
        """The digest and the entries of the first whole list of a draw that the line said. Waits for it."""
        topic, deadline = topics.COUPON_DRAWS.name, time.monotonic() + seconds
        consumer = Consumer({"bootstrap.servers": self._brokers, "group.id": uuid4().hex, "enable.auto.commit": False})
        consumer.assign([TopicPartition(topic, 0, 0)])
        lists: dict[str, dict[int, DrawEntriesShutV1]] = {}
        try:
            while time.monotonic() < deadline:
                record = consumer.poll(0.2)
                if record is None or record.error() is not None or record.key() != str(event_id).encode():
                    continue
                page = read_event(record.value(), known=ON_COUPON_DRAWS)
                pages = lists.setdefault(page.entries_digest, {})
                pages[page.page] = page
                if len(pages) == page.pages:
                    return page.entries_digest, [entry for _, one in sorted(pages.items()) for entry in one.entries]
        finally:
            consumer.close()
        raise AssertionError("the line did not say who takes part")

    def raw(self, topic: str, value: bytes) -> None:
        self._producer.produce(topic, value)
        self._producer.flush(10)

    def close(self) -> None:
        self._stopping.set()
        self.answering.set()
        self._thread.join()
        self._consumer.close()

    def _send(self, event: CouponEventChangedV1 | CouponIssuedV1 | CouponRefusedV1 | DrawEntriesShutV1) -> None:
        self._producer.produce(event.topic, event.to_bytes(), event.key)
        assert self._producer.flush(10) == 0

    def _assign_at_the_end(self) -> None:
        topic = topics.COUPON_CLAIMS.name
        partitions = self._consumer.list_topics(topic, timeout=10).topics[topic].partitions
        places = []
        for partition in partitions:
            _, end = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
            places.append(TopicPartition(topic, partition, end))
        self._consumer.assign(places)

    def _answer_for_ever(self) -> None:
        while not self._stopping.is_set():
            record = self._consumer.poll(0.05)
            if record is None or record.error() is not None:
                continue
            try:
                claim = read_event(record.value(), known=ON_COUPON_CLAIMS)
            except (UnreadableRecord, UnknownEventType):
                continue
            if claim.coupon_event_id in self.answers_events:
                self.answering.wait()
                self.claims.append(claim)
                self._producer.produce(topics.COUPONS.name, self._answer(claim).to_bytes(), claim.key)
                self._producer.poll(0)
        self._producer.flush(5)

    def _answer(self, claim: CouponClaimedV1) -> CouponIssuedV1 | CouponRefusedV1:
        if claim.claim_id not in self._answers:
            facts = claim.model_dump(include={"coupon_event_id", "claim_id", "customer_id", "number", "serial"})
            reason = self._reason_against(claim)
            answer: CouponIssuedV1 | CouponRefusedV1
            if reason is None:
                answer = CouponIssuedV1(trace_id=claim.trace_id, coupon_id=uuid4(), **facts)
                self.rows.append(answer)
            else:
                answer = CouponRefusedV1(trace_id=claim.trace_id, reason=reason, **facts)
            self._answers[claim.claim_id] = answer
        return self._answers[claim.claim_id]

    def _reason_against(self, claim: CouponClaimedV1) -> RefusalReason | None:
        same_event = [row for row in self.rows if row.coupon_event_id == claim.coupon_event_id]
        if claim.customer_id in self.refuses:
            return self.refuses.pop(claim.customer_id)
        if any(row.customer_id == claim.customer_id for row in same_event):
            return RefusalReason.ALREADY_HAS_COUPON
        if any(row.serial == claim.serial for row in same_event):
            return RefusalReason.SERIAL_TAKEN
        return None
