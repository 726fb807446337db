"""The real process on the real log and the real store."""

from __future__ import annotations

import random
import signal
import time
from http.client import HTTPConnection
from uuid import UUID, uuid4

import pytest
from fakes import message
from pymongo.collection import Collection

from chat_worker.batch import REUSED
from conftest import Log, Start, wait_until
from salon_kit.kafka.records import Record

Messages = Collection[dict[str, object]]


def history(messages: Messages, room: UUID) -> list[tuple[object, object]]:
    found = messages.find({"room_id": str(room)})
    return sorted((document["offset"], document["text"]) for document in found)


def texts(messages: Messages, room: UUID) -> list[object]:
    return [text for _, text in history(messages, room)]


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def test_messages_come_to_history_in_the_order_of_the_log(topic_log: Log, messages: Messages, start: Start) -> None:
    room, other = uuid4(), uuid4()
    record = message(room, "안녕하세요 🐶")
    topic_log.write(record, message(other, "elsewhere"), *(message(room, f"m{n}") for n in range(50)))

    start()

    wait_until(topic_log.everything_is_committed)
    assert texts(messages, room) == ["안녕하세요 🐶", *(f"m{n}" for n in range(50))]
    assert texts(messages, other) == ["elsewhere"]
    (document,) = messages.find({"text": "안녕하세요 🐶"})
    assert set(document) == {
        *("_id", "room_id", "epoch", "offset", "partition"),
        *("sender_id", "client_message_id", "text", "sent_at", "trace_id"),
    }
    assert document["_id"] == f"{room}:7:{document['client_message_id']}"


@pytest.mark.timeout(150)
def test_killed_between_write_and_commit_many_times_each_message_is_stored_once(
    topic_log: Log, messages: Messages, start: Start
) -> None:
    room = uuid4()
    written: list[str] = []
    for life in range(8):
        words = [f"life {life} message {n}" for n in range(30)]
        topic_log.write(*(message(room, word) for word in words))
        written += words
        worker = start(die_before_commit=True)
        _, output = worker.communicate(timeout=30)
        assert worker.returncode == -signal.SIGKILL, output.decode()
        # It died with these records stored and not committed, else the test would prove nothing.
        assert texts(messages, room) == written
        assert sum(topic_log.committed().values()) == 0

    start()

    wait_until(topic_log.everything_is_committed)
    assert texts(messages, room) == written


@pytest.mark.timeout(150)
def test_killed_at_any_moment_under_load_nothing_is_lost_or_doubled(
    topic_log: Log, messages: Messages, start: Start
) -> None:
    """These die without leaving the group, so the last one waits until the broker has given them up."""
    rooms = [uuid4() for _ in range(5)]
    written: dict[UUID, list[str]] = {room: [] for room in rooms}
    for life in range(4):
        for n in range(40):
            for room in rooms:
                written[room].append(f"life {life} message {n}")
        topic_log.write(*(message(room, f"life {life} message {n}") for n in range(40) for room in rooms))
        worker = start()
        time.sleep(random.uniform(0.3, 1.5))
        worker.kill()
        worker.wait(10)

    start()

    wait_until(topic_log.everything_is_committed, within_seconds=100)
    assert {room: texts(messages, room) for room in rooms} == written


def test_poison_records_go_to_the_dead_letters_with_their_reason_and_hold_nothing_up(
    topic_log: Log, messages: Messages, start: Start
) -> None:
    room, name = uuid4(), uuid4()
    poison = Record("", 0, 0, str(room).encode(), b"\x00 not ours", (("trace", b"abc"),))
    empty = Record("", 0, 0, str(room).encode(), None)
    places = topic_log.write(
        message(room, "before", name=name),
        poison,
        empty,
        message(room, "other words", name=name),
        message(room, "after"),
    )

    start()

    wait_until(topic_log.everything_is_committed)
    assert texts(messages, room) == ["before", "after"]
    letters = topic_log.read_dead_letters(3)
    reasons = {dict(letter.headers)["reason"]: letter for letter in letters}
    assert set(reasons) == {b"not JSON", b"empty value", REUSED.encode()}
    letter = reasons[b"not JSON"]
    assert (letter.key, letter.value) == (poison.key, poison.value)
    partition, offset = places[1]
    assert letter.headers == (
        ("trace", b"abc"),
        ("reason", b"not JSON"),
        ("topic", topic_log.topic.encode()),
        ("partition", str(partition).encode()),
        ("offset", str(offset).encode()),
    )


def test_a_poison_record_as_large_as_the_broker_allows_does_not_stop_the_line(
    topic_log: Log, messages: Messages, start: Start
) -> None:
    room = uuid4()
    largest = Record("", 0, 0, str(room).encode(), b"x" * (1_048_588 - 12 - 61 - 60))
    topic_log.write(largest, message(room, "after"))

    start()

    wait_until(topic_log.everything_is_committed)
    (letter,) = topic_log.read_dead_letters(1)
    assert dict(letter.headers)["reason"] == b"not JSON"
    assert letter.value in (largest.value, None)
    assert texts(messages, room) == ["after"]


def test_asked_to_stop_it_finishes_what_it_holds_and_leaves_the_group(
    topic_log: Log, messages: Messages, start: Start
) -> None:
    room = uuid4()
    worker = start()
    topic_log.write(message(room, "first"))
    wait_until(lambda: texts(messages, room) == ["first"])

    worker.terminate()
    code = worker.wait(10)
    topic_log.write(message(room, "second"))
    began = time.monotonic()
    start()
    wait_until(topic_log.everything_is_committed)

    assert code == 0
    assert texts(messages, room) == ["first", "second"]
    # Whoever vanished without a word would keep the partitions for the session timeout of 6 s.
    assert time.monotonic() - began < 20


def test_two_workers_share_the_log_and_one_takes_over(topic_log: Log, messages: Messages, start: Start) -> None:
    rooms = [uuid4() for _ in range(12)]
    first, _second = start(), start()
    topic_log.write(*(message(room, "one") for room in rooms))
    wait_until(topic_log.everything_is_committed)

    first.terminate()
    topic_log.write(*(message(room, "two") for room in rooms))
    wait_until(topic_log.everything_is_committed)

    assert {room: texts(messages, room) for room in rooms} == {room: ["one", "two"] for room in rooms}


def test_a_rebuilt_topic_needs_a_new_epoch(topic_log: Log, database: object, start: Start) -> None:
    epochs: Messages = database["epochs"]  # type: ignore[index]
    epochs.insert_one({"_id": 1, "topic_id": "the topic before"})

    refused = start(epoch=1)
    _, why = refused.communicate(timeout=20)
    accepted = start(epoch=2)
    wait_until(lambda: epochs.count_documents({"_id": 2}) == 1)

    assert refused.returncode == 1
    assert b"raise CHAT_EPOCH" in why
    assert accepted.poll() is None


def test_an_epoch_that_is_over_does_not_come_back(topic_log: Log, database: object, start: Start) -> None:
    epochs: Messages = database["epochs"]  # type: ignore[index]
    epochs.insert_one({"_id": 2, "topic_id": "the topic of now"})

    refused = start(epoch=1)
    _, why = refused.communicate(timeout=20)

    assert refused.returncode == 1
    assert b"raise CHAT_EPOCH" in why


def test_without_a_store_it_does_not_start(topic_log: Log, start: Start) -> None:
    worker = start(url="mongodb://127.0.0.1:9/nowhere")

    _, why = worker.communicate(timeout=30)

    assert worker.returncode == 1
    assert b"start_refused" in why


def test_a_running_worker_says_so(topic_log: Log, messages: Messages, start: Start, free_port: int) -> None:
    start()
    topic_log.write(message(uuid4(), "hello"))

    wait_until(lambda: get(free_port, "/readyz")[0] == 200)
    wait_until(lambda: "chat_worker_messages_stored_total 1.0" in get(free_port, "/metrics")[1])
    wait_until(lambda: "salon_consumer_lag_seconds{" in get(free_port, "/metrics")[1])

    assert get(free_port, "/healthz")[0] == 200
