"""No row, and no topic, holds up another; what can never go is set aside."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import StringIO
from typing import cast
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException, Message
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbox import metrics, topic_lane
from outbox.models import OutboxRow, ParkedRow
from outbox.relay import OutboxRelay
from salon_kit.kafka.producer import OnDelivered

pytestmark = pytest.mark.django_db(transaction=True)
NO_RECORD = cast(Message, None)
TOO_LARGE = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)
TIMED_OUT = KafkaError(KafkaError._MSG_TIMED_OUT)


class Kafka:
    """`fate` says what becomes of a value: None (arrives), an error of its report, an exception, or "silence"."""

    def __init__(self, fate: Callable[[str], object] = lambda _value: None) -> None:
        self.log: list[str] = []
        self.tries: list[str] = []
        self.fate = fate

    def send(self, row: OutboxRow, on_delivered: OnDelivered) -> None:
        value = bytes(row.value).decode()
        self.tries.append(value)
        match self.fate(value):
            case None:
                self.log.append(value)
                on_delivered(None, NO_RECORD)
            case KafkaError() as error:
                on_delivered(error, NO_RECORD)
            case Exception() as error:
                raise error


def _recorded(*values: str, topic: str = "bookings") -> None:
    OutboxRow.objects.bulk_create(
        OutboxRow(topic=topic, key=value.split("-")[0], event_id=uuid4(), value=value.encode()) for value in values
    )


def _steps(relay: OutboxRelay, number: int = 8) -> None:
    for _ in range(number):
        relay.relay_some()


def test_a_report_that_never_comes_holds_up_its_own_key_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_lane, "LONG_SECONDS", 0.0)
    silent = ["a-1"]
    kafka = Kafka(lambda value: "silence" if value in silent else None)
    relay = OutboxRelay(send=kafka.send)
    _recorded("a-1", "a-2", "b-1")
    _recorded("c-1", topic="coupons")

    _steps(relay)
    _recorded("b-2", "b-3")
    _recorded("c-2", topic="coupons")
    _steps(relay)

    assert [value for value in kafka.log if value[0] != "a"] == ["b-1", "c-1", "b-2", "b-3", "c-2"]
    assert [row.key for row in OutboxRow.objects.all()] == ["a", "a"]
    silent.clear()
    monkeypatch.setattr(topic_lane, "REPORT_SECONDS", 0.0)
    _steps(relay)
    assert kafka.log[-2:] == ["a-1", "a-2"]
    assert not OutboxRow.objects.exists()


def test_a_window_full_of_rows_that_fail_makes_room_for_others() -> None:
    kafka = Kafka(lambda value: TIMED_OUT if value.startswith("bad") else None)
    relay = OutboxRelay(send=kafka.send)
    _recorded(*(f"bad{number}-1" for number in range(topic_lane.WINDOW + 100)))
    _recorded("good-1", "good-2")
    _recorded("c-1", topic="coupons")

    _steps(relay)

    assert sorted(kafka.log) == ["c-1", "good-1", "good-2"]
    assert OutboxRow.objects.count() == topic_lane.WINDOW + 100
    assert not ParkedRow.objects.exists()


@pytest.mark.parametrize(
    "refusal", [TOO_LARGE, KafkaException(TOO_LARGE), ValueError("no such topic"), TypeError("not bytes")]
)
def test_what_can_never_go_is_parked_with_its_reason_and_later_ones_of_its_key_go_on(refusal: object) -> None:
    kafka = Kafka(lambda value: refusal if value == "a-1" else None)
    before = metrics.parked.labels("bookings")._value.get()
    _recorded("a-1", "a-2", "b-1")

    _steps(OutboxRelay(send=kafka.send))

    assert set(kafka.log) == {"a-2", "b-1"}
    [parked] = ParkedRow.objects.all()
    assert (parked.topic, parked.key, bytes(parked.value), parked.is_overtaken) == ("bookings", "a", b"a-1", True)
    assert parked.reason in {"MSG_SIZE_TOO_LARGE", "ValueError: no such topic", "TypeError: not bytes"}
    assert metrics.parked.labels("bookings")._value.get() == before + 1
    assert not OutboxRow.objects.exists()


def test_of_a_batch_that_is_refused_only_the_row_to_blame_is_parked() -> None:
    kafka = Kafka()
    under_way: list[tuple[str, OnDelivered]] = []

    def send(row: OutboxRow, on_delivered: OnDelivered) -> None:
        under_way.append((bytes(row.value).decode(), on_delivered))

    def answer() -> None:
        error = TOO_LARGE if any("huge" in value for value, _ in under_way) else None
        for value, on_delivered in under_way:
            if error is None:
                kafka.log.append(value)
            on_delivered(error, NO_RECORD)
        under_way.clear()

    relay = OutboxRelay(send=send)
    _recorded("a-1", "b-huge", "b-2", "c-1", "a-2")
    for _ in range(10):
        relay.relay_some()
        answer()

    assert kafka.log == ["a-1", "b-2", "c-1", "a-2"]
    assert [bytes(row.value) for row in ParkedRow.objects.all()] == [b"b-huge"]


def test_five_hundred_rows_that_are_refused_for_good_are_all_parked() -> None:
    kafka = Kafka(lambda value: KafkaException(TOO_LARGE) if value.startswith("bad") else None)
    _recorded(*(f"bad{number}-1" for number in range(topic_lane.WINDOW)), "good-1")

    _steps(OutboxRelay(send=kafka.send), 3)

    assert kafka.log == ["good-1"]
    assert ParkedRow.objects.count() == topic_lane.WINDOW


def test_a_topic_of_ours_that_is_missing_is_waited_for_and_a_foreign_one_never_comes() -> None:
    missing = KafkaError(KafkaError._UNKNOWN_TOPIC)
    kafka = Kafka(lambda value: missing if value.startswith("x") else None)
    _recorded("x-1", topic="bookings")
    _recorded("x-2", topic="no-such-topic")
    _recorded("c-1", topic="coupons")

    _steps(OutboxRelay(send=kafka.send))

    assert kafka.log == ["c-1"]
    assert [row.topic for row in OutboxRow.objects.all()] == ["bookings"]
    assert [row.topic for row in ParkedRow.objects.all()] == ["no-such-topic"]


def test_what_was_parked_can_be_sent_again_but_no_old_state_after_a_newer_one() -> None:
    kafka = Kafka(lambda value: TypeError("odd") if value.endswith("-1") else None)
    relay = OutboxRelay(send=kafka.send)
    _recorded("a-1", "b-1", "b-2", topic="coupon-events")
    _recorded("c-1", "c-2", topic="bookings")
    _steps(relay)
    kafka.fate = lambda _value: None

    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("send_parked_events", topic="coupon-events", stdout=printed)
    [old] = ParkedRow.objects.filter(topic="bookings")
    call_command("send_parked_events", ids=[old.pk], stdout=printed)
    _steps(relay)

    assert sorted(kafka.log) == ["a-1", "b-2", "c-1", "c-2"]
    assert [row.key for row in ParkedRow.objects.all()] == ["b"]
    assert "stays" in printed.getvalue()


topics = st.sampled_from(["bookings", "coupons"])
fates = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5)),
    st.lists(st.sampled_from(["fail", "silence", "full", "never"]), max_size=3),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["bookings", "coupons"])), max_size=14), plan=fates
)
def test_whatever_fails_all_arrive_in_order_but_for_those_that_never_can(
    monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, str]], plan: dict[tuple[str, int], list[str]]
) -> None:
    monkeypatch.setattr(topic_lane, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(topic_lane, "RESTS_SECONDS", (0.0,))
    OutboxRow.objects.all().delete()
    ParkedRow.objects.all().delete()
    left = {key: list(acts) for key, acts in plan.items()}

    def fate(value: str) -> object:
        key, number, *_ = value.split("-")
        acts = left.get((key, int(number)))
        if not acts:
            return None
        if acts[0] == "never":
            return TypeError("odd")
        return {"fail": TIMED_OUT, "silence": "silence", "full": BufferError()}[acts.pop(0)]

    kafka = Kafka(fate)
    relay = OutboxRelay(send=kafka.send)
    for number, (key, topic) in enumerate(rows):
        _recorded(f"{key}-{number}-{topic}", topic=topic)
    deadline = time.monotonic() + 5
    while OutboxRow.objects.exists():
        relay.relay_some()
        assert time.monotonic() < deadline

    parked = {bytes(row.value).decode() for row in ParkedRow.objects.all()}
    for key in "abc":
        for topic in ("bookings", "coupons"):
            recorded = [f"{key}-{number}-{topic}" for number, row in enumerate(rows) if row == (key, topic)]
            arrived = [value for value in kafka.log if value in set(recorded)]
            goes = [value for value in recorded if value not in parked]
            # Again is allowed; the last word is the newest.
            assert set(arrived) == set(goes)
            assert arrived[-1:] == goes[-1:]
