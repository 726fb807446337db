"""A booking in the calendar of its customer, or of its groomer: each sees what the API shows them of it."""

from __future__ import annotations

from bookings.lifecycle.states import CANCELLED_STATES
from bookings.models import BookedTreatment, Booking, names_of
from ical.entries import Entry
from salons.models import DogSize

NAMES = {"ko": "댕댕살롱 예약", "en": "DaengDaeng Salon"}
_GROOMER = {"ko": "미용사", "en": "Groomer"}
_DOG = {"small": "small dog", "medium": "medium dog", "large": "large dog"}


def entry_of(booking: Booking, *, language: str, of_groomer: bool) -> Entry:
    """With its id for a UID and its own sequence, so it stays one entry wherever it is moved."""
    salon = booking.groomer.salon
    names = names_of(booking.visit)
    dogs = list(dict.fromkeys(_dog(booked, language=language) for booked in booking.visit))
    lines = [f"{booked.treatment.name} · {_dog(booked, language=language)}" for booked in booking.visit]
    if not of_groomer:
        lines.append(f"{_GROOMER[language]}: {booking.groomer.name}")
    changes = [booking.booked_at, *(move.moved_at for move in booking.moved.all())]
    if booking.ended_at is not None:
        changes.append(booking.ended_at)
    return Entry(
        uid=str(booking.pk),
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        title=f"{names} · {', '.join(dogs) if of_groomer else salon.name}",
        place=f"{salon.name}, {salon.address}",
        text="\n".join(lines),
        is_cancelled=booking.state in CANCELLED_STATES,
        changed_at=max(changes),
        made_at=booking.booked_at,
    )


def _dog(booked: BookedTreatment, *, language: str) -> str:
    if booked.dog is not None:
        return booked.dog.name
    return _DOG[booked.dog_size] if language == "en" else str(DogSize(booked.dog_size).label)
