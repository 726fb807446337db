"""What the loop promises, on a log in memory."""

from __future__ import annotations

from uuid import uuid4

import pytest
from fakes import TOPIC, FakeDeadLetters, FakeSource, FakeStore, message

from chat_worker.batch import REUSED, Record
from chat_worker.heartbeat import Heartbeat
from chat_worker.loop import BATCH_LIMIT, Worker

pytestmark = pytest.mark.unit

ROOM = uuid4()


class Bench:
    """A worker with everything around it within reach."""

    def __init__(self) -> None:
        self.source = FakeSource()
        self.store = FakeStore()
        self.dead_letters = FakeDeadLetters()
        self.heartbeat = Heartbeat()
        self.start()

    def start(self) -> None:
        """A new process on the same log and the same store."""
        self.source.restart()
        self.worker = Worker(
            source=self.source,
            store=self.store,
            dead_letters=self.dead_letters,
            heartbeat=self.heartbeat,
            epoch=1,
        )
        self.source.start(on_revoked=self.worker.give_up)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_is_there_is_stored_in_one_batch_and_then_committed(bench: Bench) -> None:
    bench.source.write(*(message(ROOM, f"m{n}") for n in range(5)))

    bench.worker.step()

    assert bench.store.texts() == ["m0", "m1", "m2", "m3", "m4"]
    assert bench.source.commits == [{0: 5}]


def test_a_batch_has_a_limit(bench: Bench) -> None:
    bench.source.write(*(message(ROOM, "hello") for _ in range(BATCH_LIMIT + 10)))

    bench.worker.step()

    assert bench.source.committed == {0: BATCH_LIMIT}


def test_nothing_is_committed_while_the_store_is_out_and_nothing_is_skipped(bench: Bench) -> None:
    bench.source.write(message(ROOM, "first"), message(ROOM, "second"))
    bench.store.down_for = 3

    bench.worker.step()

    assert bench.source.idled == [0.2, 0.4, 0.8]
    assert bench.source.commits == [{0: 2}]
    assert bench.store.texts() == ["first", "second"]


def test_a_write_whose_answer_was_lost_is_stored_once(bench: Bench) -> None:
    bench.source.write(message(ROOM, "only once"))
    bench.store.down_for, bench.store.half_done = 1, True

    bench.worker.step()

    assert bench.store.texts() == ["only once"]
    assert bench.source.committed == {0: 1}


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
    assert bench.source.committed == {0: 1}


class HastyWorker(Worker):
    """The twin without the guard: it commits before it stores."""

    def _settle(self) -> None:
        self._source.commit(self._batch.next_offsets())
        super()._settle()


def test_committing_before_storing_would_lose_the_batch(bench: Bench) -> None:
    bench.source.write(message(ROOM, "gone"))
    bench.store.down_for = 1
    hasty = HastyWorker(
        source=bench.source, store=bench.store, dead_letters=bench.dead_letters, heartbeat=bench.heartbeat, epoch=1
    )
    hasty.stop()

    hasty.step()
    bench.start()
    bench.worker.step()

    assert bench.store.texts() == []


def test_a_resent_message_is_one_message_and_the_first_record_is_the_one(bench: Bench) -> None:
    name = uuid4()
    bench.source.write(message(ROOM, "hello", name=name), message(ROOM, "other"), message(ROOM, "hello", name=name))

    bench.worker.step()

    (first,) = [e for e in bench.store.documents.values() if e.document["text"] == "hello"]
    assert first.document["offset"] == 0
    assert bench.dead_letters.letters == []


def test_a_copy_in_a_later_batch_does_not_replace_the_first(bench: Bench) -> None:
    name = uuid4()
    bench.source.write(message(ROOM, "hello", name=name))
    bench.worker.step()
    bench.source.write(message(ROOM, "hello", name=name))
    bench.worker.step()

    (entry,) = bench.store.documents.values()
    assert entry.document["offset"] == 0
    assert bench.source.committed == {0: 2}


@pytest.mark.parametrize("together", [True, False])
def test_other_words_under_a_used_name_are_set_aside(bench: Bench, together: bool) -> None:
    name = uuid4()
    bench.source.write(message(ROOM, "the message", name=name))
    if not together:
        bench.worker.step()
    bench.source.write(message(ROOM, "something else", name=name))

    bench.worker.step()

    assert bench.store.texts() == ["the message"]
    assert [(letter.record.offset, letter.reason) for letter in bench.dead_letters.letters] == [(1, REUSED)]


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

    (letter,) = bench.dead_letters.letters
    assert letter.record == poison._replace(offset=1)
    assert letter.reason == reason
    assert bench.store.texts() == ["before", "after"]
    assert bench.source.committed == {0: 3}


def test_a_message_under_the_key_of_another_room_is_set_aside(bench: Bench) -> None:
    bench.source.write(message(ROOM, "lost my way")._replace(key=str(uuid4()).encode()))

    bench.worker.step()

    assert bench.store.texts() == []
    assert [letter.reason for letter in bench.dead_letters.letters] == ["the key is not the room_id"]


def test_a_type_from_the_future_is_passed_over(bench: Bench) -> None:
    bench.source.write(Record(TOPIC, 0, -1, b"k", b'{"type": "chat.message-edited.v1"}'), message(ROOM, "after"))

    bench.worker.step()

    assert bench.dead_letters.letters == []
    assert bench.store.texts() == ["after"]
    assert bench.source.committed == {0: 2}


def test_the_commit_waits_until_the_broker_has_the_dead_letter(bench: Bench) -> None:
    poison = Record(TOPIC, 0, -1, b"k", b"poison")
    bench.source.write(poison, poison)
    bench.dead_letters.down_for = 2

    bench.worker.step()

    assert bench.source.idled == [0.2, 0.4]
    assert bench.source.commits == [{0: 2}]
    assert [letter.record.offset for letter in bench.dead_letters.letters] == [0, 1]


def test_partitions_that_are_taken_away_are_stored_and_committed_first(bench: Bench) -> None:
    bench.source.write(message(ROOM, "mine until now", partition=0))
    bench.source.revoke_while_taking = {0}

    bench.worker.step()

    assert bench.store.texts() == ["mine until now"]
    assert bench.source.commits == [{0: 1}]


def test_partitions_taken_away_while_the_store_is_out_are_left_to_the_next_owner(bench: Bench) -> None:
    bench.source.write(message(ROOM, "theirs", partition=0), message(ROOM, "mine", partition=1))
    bench.store.down_for = 2
    bench.source.revoke_while_idle = {0}

    bench.worker.step()

    assert bench.store.texts() == ["mine"]
    assert bench.source.committed == {1: 1}


def test_lost_partitions_are_never_committed(bench: Bench) -> None:
    bench.source.write(message(ROOM, "stored before the commit was refused"))
    bench.source.refuse_commits = 1
    bench.worker.step()

    bench.source.lose({0})
    bench.worker.step()

    assert bench.source.commits == []


def test_a_refused_commit_is_made_good_in_the_next_round(bench: Bench) -> None:
    bench.source.write(message(ROOM, "hello"))
    bench.source.refuse_commits = 1

    bench.worker.step()
    refused = list(bench.source.commits)
    bench.worker.step()

    assert refused == []
    assert bench.source.commits == [{0: 1}]


def test_the_group_is_left_at_the_end(bench: Bench) -> None:
    bench.worker.stop()

    bench.worker.run()

    assert bench.source.closed


def test_the_loop_says_what_it_did(bench: Bench) -> None:
    name = uuid4()
    bench.source.write(
        message(ROOM, "a", name=name), message(ROOM, "a", name=name), Record(TOPIC, 0, -1, b"k", b"poison")
    )

    bench.worker.step()

    value = bench.heartbeat.registry.get_sample_value
    assert value("chat_messages_stored_total") == 1
    assert value("chat_message_copies_total") == 1
    assert value("chat_dead_letters_total", {"reason": "unreadable"}) == 1
    assert value("chat_lag_records", {"partition": "0"}) == 0


def test_an_unstored_batch_makes_the_worker_unready(bench: Bench) -> None:
    bench.worker.step()
    ready_before = bench.heartbeat.ready
    bench.source.write(message(ROOM, "x"))
    bench.store.down_for = 1
    bench.worker.stop()

    bench.worker.step()

    assert ready_before
    assert not bench.heartbeat.ready
