"""Acts at one moment, and the booking table as it would be without its triggers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime
from importlib import import_module

from django.db import connection, connections

from bookings.models import Booking
from bookings.services import Wish
from bookings.visits.asked import AskedTreatment
from salons.models import DogSize, Groomer, Treatment

# A person waits for two; here all come in turn, however busy the machine is.
LOCK_WAIT_SECONDS = 30
_migration = import_module("bookings.migrations.0002_no_two_bookings_overlap")


def race(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What each gave or raised."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = []

    def run(act: Callable[[], object]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = %s", [LOCK_WAIT_SECONDS])
        start.wait()
        try:
            outcomes.append(act())
        except Exception as error:  # the outcome is what the test looks at
            outcomes.append(error)
        finally:
            connections.close_all()

    # A thread begins with no context, and so with no click.
    threads = [threading.Thread(target=copy_context().run, args=[run, act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def wish_for(groomer: Groomer, treatment: Treatment, starts_at: datetime) -> Wish:
    asked = AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL)
    return Wish(groomer_id=groomer.pk, treatments=[asked], starts_at=starts_at)


@contextmanager
def without_the_triggers(*, forget: bool = True) -> Iterator[None]:
    """`forget` what was booked meanwhile."""
    _execute(_migration.DROP)
    try:
        yield
    finally:
        if forget:
            Booking.objects.all().delete()
        _execute(_migration.DROP + _migration.CREATE)


def _execute(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
