"""When salons have time next, kept so that it can be searched for. Only bookings.next_free writes here."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from salons.models.salon import Salon

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class FreeTimes(models.Model):
    """Holds left aside, a salon has time at `free_from` and each half hour after it until the first of these that
    cannot be booked from `bookable_until` on; and then not before `later_from`.

    Good until `check_at`, and as long as there is no FreeTimesChange. Beginnings are those of the shortest treatment.
    """

    # No constraint in the database: the release before deletes salons and knows nothing of this table.
    salon = models.OneToOneField(
        Salon, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="free_times"
    )
    free_from = models.DateTimeField(null=True)
    bookable_until = models.DateTimeField(null=True)
    """The notice before the last of these beginnings."""
    later_from = models.DateTimeField(null=True)
    check_at = models.DateTimeField(default=LONG_AGO)

    class Meta:
        indexes = [
            models.Index(fields=["check_at"], name="free_times_to_check"),
            # All that the search asks of a salon: it reads nothing else.
            models.Index(fields=["bookable_until", "free_from", "later_from"], name="search_by_free_times"),
        ]

    def __str__(self) -> str:
        return f"{self.salon_id} {self.free_from}"


class FreeTimesChange(models.Model):
    """That something of a salon has changed since, and what is kept of it is no longer so. Gone once it is kept anew.

    A row of its own and not a column: adding one waits for nobody, whatever else the rule has locked.
    """

    salon_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.salon_id}"
