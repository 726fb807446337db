"""The recorder keeps what was seen, each thing once, under the stream that saw it."""

from __future__ import annotations

import json

import pytest

from tests.demo.scenarios.recorder import DropRecorder
from tests.harness.line_position import Frame, LinePosition, Place, frame_of

pytestmark = pytest.mark.unit


def _raw(seq: int, **values: object) -> str:
    frame = {
        "seq": seq,
        "state": "open",
        "serving": 0,
        "admitted": 0,
        "waiting": 5,
        "stock_left": 3,
        "eta_per_place": None,
    }
    return json.dumps({**frame, "departed": [], "returned": [], "eta_per_place": None, **values})


def _seen(position: LinePosition, raw: str) -> tuple[Frame, LinePosition, str]:
    frame = frame_of(raw)
    position.on_frame(frame)
    return frame, position, raw


def _place(**values: object) -> Place:
    document = {"seq": 1, "number": 7, "ahead": 6, "admitted": 0, "state": "waiting", "coupon": None}
    return Place.parse({**document, **values})


def test_a_frame_is_kept_once_however_many_get_it_but_another_text_is_kept_too() -> None:
    recorder = DropRecorder(quantity=3, customers=[1, 2])
    one, two = recorder.watcher(1), recorder.watcher(2)

    one.on_frame(*_seen(LinePosition(_place()), _raw(2)))
    two.on_frame(*_seen(LinePosition(_place()), _raw(2)))
    two.on_frame(*_seen(LinePosition(_place()), _raw(2, waiting=6)))

    assert len(recorder.sightings) == 3
    assert sorted(frame.waiting for frame in recorder._frames.values()) == [5, 6]


def test_a_reconnect_and_a_second_device_are_streams_of_their_own() -> None:
    recorder = DropRecorder(quantity=3, customers=[1])
    first, second = recorder.watcher(1), recorder.watcher(1, device=2)

    first.on_frame(*_seen(LinePosition(_place()), _raw(2)))
    first.on_reconnect("stream ended")
    first.on_frame(*_seen(LinePosition(_place()), _raw(2)))
    second.on_frame(*_seen(LinePosition(_place()), _raw(2)))

    assert len({sighting.stream for sighting in recorder.sightings}) == 3


def test_only_a_final_word_counts_as_told() -> None:
    recorder = DropRecorder(quantity=3, customers=[1])
    watcher = recorder.watcher(1)

    watcher.on_place(_place(state="claimed", ahead=0))
    watcher.on_place(_place(state="issued", ahead=None, coupon={"coupon_id": "c", "serial": 2}))

    assert [(word.state, word.coupon_id, word.serial) for word in recorder.final_words] == [("issued", "c", 2)]
