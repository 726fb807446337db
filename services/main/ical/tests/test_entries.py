"""What we write is what another author's program reads, whatever people called themselves and their salons."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from ical.entries import Entry, Participant, feed, invitation

NOW = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# What has a meaning of its own in a calendar, and what ends a line somewhere.
_NASTY = ["\r\n", "\n", "\r", ",", ";", ":", "\\", '"', "^", "\\n", "\x00", "\x07", "\x85", "\u2028", "\t"]
_NASTY += ["BEGIN:VEVENT", "END:VCALENDAR", "ATTENDEE:mailto:a@b.c", "보리 ", "🐶", "=", " "]
ANY_TEXT = st.lists(st.sampled_from(_NASTY) | st.text(max_size=40), min_size=1, max_size=8).map("".join).filter(bool)


def entry(**other: Any) -> Entry:
    usual: dict[str, Any] = {
        "uid": "6f1c",
        "sequence": 0,
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "title": "목욕 · 몽실살롱",
        "place": "서울 중구 세종대로 1",
        "changed_at": NOW,
    }
    return Entry(**{**usual, **other})


def read(written: bytes) -> Any:
    """Of one calendar, by the other program."""
    [calendar] = list(vobject.readComponents(written.decode()))
    return calendar


def _as_line(text: str) -> str:
    """What can be left of it in one line."""
    return "".join(" " if ord(one) < 32 or 127 <= ord(one) < 160 or one in "\u2028\u2029" else one for one in text)


@settings(max_examples=30, deadline=None)
@given(title=ANY_TEXT, place=ANY_TEXT, text=ANY_TEXT)
def test_no_text_is_anything_but_text(title: str, place: str, text: str) -> None:
    written = feed([entry(title=title, place=place, text=text), entry(uid="next")], name="댕댕살롱 예약", refresh=HOUR)

    calendar = read(written)
    assert [event.uid.value for event in calendar.vevent_list] == ["6f1c", "next"]
    first = calendar.vevent_list[0]
    assert set(first.contents) == {
        *("uid", "dtstamp", "last-modified", "sequence", "dtstart", "dtend", "summary", "location", "status"),
        "description",
    }
    assert first.summary.value == _as_line(title)
    assert first.location.value == _as_line(place)
    assert first.description.value == "\n".join(_as_line(line) for line in text.split("\n"))


@settings(max_examples=20, deadline=None)
@given(name=ANY_TEXT, salon=ANY_TEXT, local=st.text(min_size=1, max_size=20))
def test_nobody_is_invited_by_a_name(name: str, salon: str, local: str) -> None:
    written = invitation(
        entry(title=salon),
        organizer=Participant(address="no-reply@daengdaeng.salon", name=salon),
        attendee=Participant(address=f"{local}@daengdaeng.test", name=name),
    )

    [event] = read(written).vevent_list
    assert len(event.contents["attendee"]) == len(event.contents["organizer"]) == 1
    assert event.organizer.value == "mailto:no-reply@daengdaeng.salon"
    assert event.attendee.value.startswith("mailto:")
    assert event.attendee.value.endswith("@daengdaeng.test")
    assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]


@settings(max_examples=20, deadline=None)
@given(title=ANY_TEXT, place=ANY_TEXT)
def test_lines_end_and_are_folded_as_the_standard_says_and_no_letter_is_cut(title: str, place: str) -> None:
    written = feed([entry(title=title * 3, place=place)], name="댕댕살롱 예약", refresh=HOUR)

    assert written.endswith(b"\r\n")
    lines = written.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()
        assert b"\n" not in line
        assert b"\r" not in line


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 29), date(2026, 11, 1)])
def test_a_visit_is_at_the_hour_of_the_salon_s_clocks_on_both_sides_of_their_change(day: date, zone: str) -> None:
    at_ten = datetime.combine(day, time(10), tzinfo=ZoneInfo(zone))

    [event] = read(feed([entry(starts_at=at_ten, ends_at=at_ten + HOUR)], name="x", refresh=HOUR)).vevent_list

    shown = event.dtstart.value.astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.hour) == (day, 10)
    assert event.dtend.value - event.dtstart.value == HOUR


def test_a_feed_says_how_often_it_is_to_be_read_and_invites_nobody() -> None:
    calendar = read(feed([], name="댕댕살롱 예약", refresh=HOUR))

    assert calendar.contents["refresh-interval"][0].value == "PT1H"
    assert calendar.contents["x-published-ttl"][0].value == "PT1H"
    assert calendar.contents["x-wr-calname"][0].value == "댕댕살롱 예약"
    assert "method" not in calendar.contents


@pytest.mark.parametrize(
    ("is_cancelled", "method", "status"), [(False, "REQUEST", "CONFIRMED"), (True, "CANCEL", "CANCELLED")]
)
def test_an_invitation_says_what_became_of_the_entry(is_cancelled: bool, method: str, status: str) -> None:
    someone = Participant(address="a@daengdaeng.test", name="보리 보호자")

    calendar = read(invitation(entry(sequence=3, is_cancelled=is_cancelled), organizer=someone, attendee=someone))

    assert calendar.method.value == method
    assert (calendar.vevent.status.value, calendar.vevent.sequence.value) == (status, "3")
