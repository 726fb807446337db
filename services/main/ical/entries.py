"""A visit as a calendar shows it. Times are in UTC: no zone has to be described, and each calendar shows its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vDuration

PRODUCT = "-//DaengDaeng Salon//Bookings//KO"
# RFC 5545 has no place for these in a text; some readers end a line at them.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`uid` stays, and `sequence` rises, over every change of time, and when it is cancelled."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    text: str = ""
    is_cancelled: bool = False
    changed_at: datetime
    made_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Somebody by mail."""

    address: str
    name: str


def feed(entries: Iterable[Entry], *, name: str, refresh: timedelta) -> bytes:
    """A calendar to subscribe to, which is read again after `refresh`. It has no METHOD: nobody is invited."""
    calendar = _calendar()
    # The first two are RFC 7986's, the others what older programs read.
    calendar.add("name", _line(name))
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-wr-calname", _line(name))
    calendar.add("x-published-ttl", vDuration(refresh))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def method_of(entry: Entry) -> str:
    """Of the invitation that says what became of it."""
    return "CANCEL" if entry.is_cancelled else "REQUEST"


def invitation(entry: Entry, *, organizer: Participant, attendee: Participant) -> bytes:
    """For a mail (RFC 6047): whoever gets it has agreed already, so nobody is asked for an answer."""
    calendar = _calendar()
    calendar.add("method", method_of(entry))
    event = _event(entry)
    event.add("organizer", _address(organizer))
    attends = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    event.add("attendee", _address(attendee), parameters=attends)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", _moment(entry.changed_at))
    event.add("last-modified", _moment(entry.changed_at))
    if entry.made_at is not None:
        event.add("created", _moment(entry.made_at))
    event.add("sequence", entry.sequence)
    event.add("dtstart", _moment(entry.starts_at))
    event.add("dtend", _moment(entry.ends_at))
    event.add("summary", _line(entry.title))
    event.add("location", _line(entry.place))
    if entry.text:
        event.add("description", _CONTROL.sub(" ", entry.text))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def _address(participant: Participant) -> vCalAddress:
    address = vCalAddress(f"mailto:{quote(participant.address, safe='@+')}")
    # A parameter cannot hold a quotation mark, and few programs read RFC 6868, which has a way around that.
    address.params["CN"] = _line(participant.name).replace('"', "'").replace("^", "'")
    return address


def _line(text: str) -> str:
    return _CONTROL.sub(" ", text).replace("\n", " ")


def _moment(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
