"""Whatever stands in the log: the worker lives, the next message is stored, the rest is set aside with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fakes import message
from pymongo.collection import Collection

from chat_worker.__main__ import BATCH_LIMIT
from chat_worker.dead_letters import KafkaDeadLetters
from chat_worker.effect import StoreMessages
from chat_worker.message_store import MessageStore
from chat_worker.metrics import WorkerMetrics
from conftest import Log, wait_until
from salon_contracts.events.chat import ChatMessageSentV1
from salon_kit.kafka.consumer_loop import ConsumerLoop
from salon_kit.kafka.records import Record
from salon_kit.kafka.source import KafkaSource
from salon_kit.testing.any_record import FOREIGN_HEADERS, FOREIGN_KEYS, FOREIGN_VALUES, Thrown, drawn_records
from salon_kit.testing.edges import records_at_the_edges
from salon_kit.testing.foreign_client import send_with_header

pytestmark = pytest.mark.timeout(150)

ROOM = UUID("0192d7a0-0000-7000-8000-00000000c4a7")
Messages = Collection[dict[str, object]]
ReadAll = Callable[[], WorkerMetrics]


@pytest.fixture
def read_all(topic_log: Log, messages: Messages) -> ReadAll:
    """A worker on this thread, until everything is committed. Raises whatever would end its process."""

    def read() -> WorkerMetrics:
        metrics = WorkerMetrics()
        source = KafkaSource(
            topics=[topic_log.topic], brokers=topic_log.brokers, group=topic_log.group, when_offsets_are_lost="earliest"
        )
        loop = ConsumerLoop(
            source=source,
            effect=StoreMessages(store=MessageStore(messages.database.client), metrics=metrics, epoch=1),
            set_aside=KafkaDeadLetters(brokers=topic_log.brokers, topic=topic_log.dead_letter_topic),
            watch=metrics,
            batch_limit=BATCH_LIMIT,
        )

        def step() -> bool:
            loop.step()
            return topic_log.everything_is_committed()

        source.start(on_revoked=loop.give_up)
        wait_until(step, within_seconds=60)
        source.close()
        return metrics

    return read


def sample() -> tuple[dict[str, Any], dict[str, Any]]:
    value = message(ROOM, "hello").value
    assert value is not None
    return ChatMessageSentV1.model_json_schema(), json.loads(value)


def as_records(thrown: list[Thrown]) -> list[Record]:
    """Each once under the room's key too: else nearly all would be set aside for their key alone."""
    named = [one._replace(key=str(ROOM).encode()) for one in thrown]
    return [Record("", 0, 0, one.key, one.value, tuple(one.headers)) for one in (*named, *thrown)]


def texts(messages: Messages) -> list[object]:
    found = messages.find({"room_id": str(ROOM)}).sort("offset", 1)
    return [document["text"] for document in found]


def dead_letters(metrics: WorkerMetrics) -> float:
    found = metrics.registry.get_sample_value("chat_worker_dead_letters_total", {"reason": "unreadable"})
    return found or 0.0


def test_after_any_record_at_any_edge_the_next_message_is_stored(
    topic_log: Log, messages: Messages, read_all: ReadAll
) -> None:
    good = message(ROOM, "hello").value
    thrown = [
        *(Thrown(value) for value in (*records_at_the_edges(*sample()), *FOREIGN_VALUES)),
        *(Thrown(good, key) for key in FOREIGN_KEYS),
        *(Thrown(good, None, headers) for headers in FOREIGN_HEADERS),
    ]
    topic_log.write(*as_records(thrown), message(ROOM, "들려요?"))

    metrics = read_all()

    assert texts(messages)[-1] == "들려요?"
    letters = topic_log.read_dead_letters(int(dead_letters(metrics)))
    assert len(letters) == dead_letters(metrics) > 100
    assert all(dict(letter.headers)["reason"] for letter in letters)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_records_together_the_next_message_is_stored(
    topic_log: Log, messages: Messages, read_all: ReadAll, seed: int
) -> None:
    topic_log.write(*as_records(drawn_records([sample()], count=60, seed=seed)), message(ROOM, "들려요?"))

    read_all()

    assert texts(messages)[-1] == "들려요?"


@pytest.mark.parametrize(
    "record",
    [
        Record("", 0, 0, b"key", b"x", (("large", b"h" * 1_048_400),)),
        Record("", 0, 0, b"k" * 1_048_400, b"x"),
        Record("", 0, 0, b"key", b"x" * 1_048_400),
    ],
    ids=["headers", "key", "value"],
)
def test_a_record_that_fills_the_brokers_limit_is_set_aside_with_its_place(
    topic_log: Log, messages: Messages, read_all: ReadAll, record: Record
) -> None:
    (place,) = topic_log.write(record)
    topic_log.write(message(ROOM, "들려요?"))

    read_all()

    assert texts(messages) == ["들려요?"]
    (letter,) = topic_log.read_dead_letters(1)
    headers = dict(letter.headers)
    assert headers["reason"] == b"not JSON"
    assert (headers["partition"], headers["offset"]) == tuple(b"%d" % number for number in place)


def test_a_header_that_the_client_library_cannot_read_loses_no_message(
    topic_log: Log, messages: Messages, read_all: ReadAll
) -> None:
    odd = message(ROOM, "odd")
    assert odd.value is not None
    send_with_header(brokers=topic_log.brokers, topic=topic_log.topic, partition=0, value=odd.value, name=b"\xff\xfe")
    topic_log.write(message(ROOM, "들려요?"))

    read_all()

    # Its key is not the room's, which is why it is a letter; the header alone would not make it one.
    assert texts(messages) == ["들려요?"]
    assert dict(topic_log.read_dead_letters(1)[0].headers)["reason"] == b"the key is not the room_id"


def test_a_text_with_a_nul_is_stored_as_it_is(topic_log: Log, messages: Messages, read_all: ReadAll) -> None:
    topic_log.write(message(ROOM, "a\x00b"), message(ROOM, "after"), message(uuid4(), "elsewhere"))

    read_all()

    assert texts(messages) == ["a\x00b", "after"]
