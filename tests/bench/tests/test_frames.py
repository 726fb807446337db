from __future__ import annotations

import pytest

from tests.bench.load.publishers import document, sse_event
from tests.bench.streams.frames import FrameFinder

pytestmark = pytest.mark.unit

FRAME = sse_event(7, document(7, waiting=3))
NEXT = sse_event(8, document(8, waiting=3))
PLACE = b'id: 6\nevent: place\ndata: {"number":1,"seq":6,"state":"waiting"}\n\n'
YOURS = b'id: 9\nevent: place\ndata: {"number":1,"seq":9,"state":"issued","coupon":{"serial":1}}\n\n'


def test_a_frame_is_counted_once_in_whatever_pieces_it_comes() -> None:
    for cut in range(1, len(FRAME)):
        finder = FrameFinder()

        first, second = finder.look(1, FRAME[:cut]), finder.look(1, FRAME[cut:])

        assert first.seqs + second.seqs == (7,), cut


def test_several_frames_in_one_read_are_all_counted() -> None:
    assert FrameFinder().look(1, FRAME + NEXT).seqs == (7, 8)


def test_pieces_of_different_streams_are_not_mixed() -> None:
    finder = FrameFinder()
    finder.look(1, FRAME[:30])

    assert finder.look(2, NEXT).seqs == (8,)
    assert finder.look(1, FRAME[30:]).seqs == (7,)


def test_a_place_is_not_a_frame_and_only_an_issued_one_says_yours() -> None:
    finder = FrameFinder()

    assert finder.look(1, PLACE) == ((), 0, b"", 0)
    assert finder.look(1, PLACE + YOURS).issued == 1


def test_nchans_way_of_writing_an_event_is_understood() -> None:
    nchan = b": hi\n\nid: 1795468327:0\nevent: frame\ndata: %s\n\n" % document(7, waiting=3)

    assert FrameFinder().look(1, nchan).seqs == (7,)


def test_what_is_remembered_does_not_grow_with_personal_news() -> None:
    finder = FrameFinder()

    for number in range(10_000):
        finder.look(1, b'event: place\ndata: {"number":%d,"seq":1}\n\n' % number)

    assert len(finder._known) <= 256
