"""What the worker makes of records, on a log in memory. The loop's own promises are proved in services/kit."""

from __future__ import annotations

from uuid import uuid4

import pytest
from fakes import TOPIC, FakeStore, message

from chat_worker.__main__ import BATCH_LIMIT
from chat_worker.batch import REUSED
from chat_worker.dead_letters import DeadLettersUnavailable
from chat_worker.effect import StoreMessages
from chat_worker.metrics import WorkerMetrics
from salon_contracts.stores.chat_history import WORKER_GROUP
from salon_kit.kafka.consumer_loop import ConsumerLoop
from salon_kit.kafka.records import Record
from salon_kit.testing.memory_shelf import MemoryShelf
from salon_kit.testing.memory_source import MemorySource

pytestmark = pytest.mark.unit

ROOM = uuid4()


class Bench:
    """A worker with everything around it within reach."""

    def __init__(self) -> None:
        self.source = MemorySource()
        self.store = FakeStore()
        self.dead_letters = MemoryShelf(when_away=DeadLettersUnavailable)
        self.metrics = WorkerMetrics()
        self.start()

    def start(self) -> None:
        """A new process on the same log and the same store."""
        self.source.restart()
        self.worker = ConsumerLoop(
            source=self.source,
            effect=StoreMessages(store=self.store, metrics=self.metrics, epoch=1),
            set_aside=self.dead_letters,
            watch=self.metrics,
            batch_limit=BATCH_LIMIT,
        )
        self.source.start(on_revoked=self.worker.give_up)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_is_there_is_stored_in_one_batch_and_then_committed(bench: Bench) -> None:
    bench.source.write(*(message(ROOM, f"m{n}") for n in range(5)))

    bench.worker.step()

    assert bench.store.texts() == ["m0", "m1", "m2", "m3", "m4"]
    assert bench.source.commits == [{(TOPIC, 0): 5}]


def test_nothing_is_committed_while_the_store_is_out_and_nothing_is_skipped(bench: Bench) -> None:
    bench.source.write(message(ROOM, "first"), message(ROOM, "second"))
    bench.store.down_for = 3

    bench.worker.step()

    assert bench.source.idled == [0.1, 0.2, 0.4]
    assert bench.source.commits == [{(TOPIC, 0): 2}]
    assert bench.store.texts() == ["first", "second"]


def test_a_write_whose_answer_was_lost_is_stored_once(bench: Bench) -> None:
    bench.source.write(message(ROOM, "only once"))
    bench.store.down_for, bench.store.half_done = 1, True

    bench.worker.step()

    assert bench.store.texts() == ["only once"]
    assert bench.source.committed == {(TOPIC, 0): 1}


def test_a_worker_that_stops_while_the_store_is_out_leaves_the_batch_to_the_next_one(bench: Bench) -> None:
    bench.source.write(message(ROOM, "patience"))
    bench.store.down_for = 1
    bench.worker.stop()

    bench.worker.step()
    left = dict(bench.source.committed)
    bench.start()
    bench.worker.step()

    assert left == {}
    assert bench.store.texts() == ["patience"]
    assert bench.source.committed == {(TOPIC, 0): 1}


def test_a_resent_message_is_one_message_and_the_first_record_is_the_one(bench: Bench) -> None:
    name = uuid4()
    bench.source.write(message(ROOM, "hello", name=name), message(ROOM, "other"), message(ROOM, "hello", name=name))

    bench.worker.step()

    (first,) = [e for e in bench.store.documents.values() if e.document["text"] == "hello"]
    assert first.document["offset"] == 0
    assert bench.dead_letters.unfit == []


def test_a_copy_in_a_later_batch_does_not_replace_the_first(bench: Bench) -> None:
    name = uuid4()
    bench.source.write(message(ROOM, "hello", name=name))
    bench.worker.step()
    bench.source.write(message(ROOM, "hello", name=name))
    bench.worker.step()

    (entry,) = bench.store.documents.values()
    assert entry.document["offset"] == 0
    assert bench.source.committed == {(TOPIC, 0): 2}


@pytest.mark.parametrize("together", [True, False])
def test_other_words_under_a_used_name_are_set_aside(bench: Bench, together: bool) -> None:
    name = uuid4()
    bench.source.write(message(ROOM, "the message", name=name))
    if not together:
        bench.worker.step()
    bench.source.write(message(ROOM, "something else", name=name))

    bench.worker.step()

    assert bench.store.texts() == ["the message"]
    assert [(letter.record.offset, letter.reason) for letter in bench.dead_letters.unfit] == [(1, REUSED)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "empty value"),
        (b"", "empty value"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "no type"),
        (b'{"type": "chat.message-sent.v1"}', "trace_id: Field required"),
    ],
)
def test_an_unreadable_record_is_set_aside_as_it_was(bench: Bench, value: bytes | None, reason: str) -> None:
    poison = Record(TOPIC, 0, -1, b"some key", value, (("trace", b"abc"),))
    bench.source.write(message(ROOM, "before"), poison, message(ROOM, "after"))

    bench.worker.step()

    (letter,) = bench.dead_letters.unfit
    assert letter.record == poison._replace(offset=1)
    assert letter.reason == reason
    assert bench.store.texts() == ["before", "after"]
    assert bench.source.committed == {(TOPIC, 0): 3}


def test_a_message_under_the_key_of_another_room_is_set_aside(bench: Bench) -> None:
    bench.source.write(message(ROOM, "lost my way")._replace(key=str(uuid4()).encode()))

    bench.worker.step()

    assert bench.store.texts() == []
    assert [letter.reason for letter in bench.dead_letters.unfit] == ["the key is not the room_id"]


def test_a_type_from_the_future_is_passed_over(bench: Bench) -> None:
    bench.source.write(Record(TOPIC, 0, -1, b"k", b'{"type": "chat.message-edited.v1"}'), message(ROOM, "after"))

    bench.worker.step()

    assert bench.dead_letters.unfit == []
    assert bench.store.texts() == ["after"]
    assert bench.source.committed == {(TOPIC, 0): 2}


def test_the_commit_waits_until_the_broker_has_the_dead_letter(bench: Bench) -> None:
    poison = Record(TOPIC, 0, -1, b"k", b"poison")
    bench.source.write(poison, poison)
    bench.dead_letters.down_for = 2

    bench.worker.step()

    assert bench.source.idled == [0.1, 0.2]
    assert bench.source.commits == [{(TOPIC, 0): 2}]
    assert [letter.record.offset for letter in bench.dead_letters.unfit] == [0, 1]


def test_the_loop_says_what_it_did(bench: Bench) -> None:
    name = uuid4()
    bench.source.write(
        message(ROOM, "a", name=name), message(ROOM, "a", name=name), Record(TOPIC, 0, -1, b"k", b"poison")
    )

    bench.worker.step()

    value = bench.metrics.registry.get_sample_value
    assert value("chat_worker_messages_stored_total") == 1
    assert value("chat_worker_message_copies_total") == 1
    assert value("chat_worker_dead_letters_total", {"reason": "unreadable"}) == 1
    assert value("salon_consumer_lag_records", {"group": WORKER_GROUP, "topic": TOPIC, "partition": "0"}) == 0
