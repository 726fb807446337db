"""Time was freed: who of those who wait gets it. Inside the step that frees it, so that nobody is faster."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Exists, OuterRef, Q

from blocks.queries import apart_from
from bookings.errors import BookedThen
from bookings.holds.keeping import keep
from bookings.holds.kept_visit import to_keep
from bookings.holds.states import HoldState
from bookings.limits import insist_on_nothing_then
from bookings.models import BookedTreatment, Booking, Hold, WaitlistEntry, names_of
from bookings.visits.asked import AskedTreatment, duration_of, total_of, visit_of
from bookings.waitlist.fitting import FreedTime
from bookings.waitlist.states import WaitState
from bookings.waitlist.steps import take_step
from config.env import env
from dogs.models import Dog
from outbox.services import record
from prices.rules import Facts, Matting
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_contracts.http.problem import InvalidInput
from salon_kit.tracing import bound_trace_id
from salons.models import DogSize, Groomer
from salons.slots import Slot

# Of those who wait for a groomer of one salon and one day there are a few; others wait behind a row's lock meanwhile.
MOST_LOOKED_AT = 30
# Whose visit is longer than what was freed takes nobody's place among those. Each has two entries here at most.
MOST_READ = 300


def offer_freed(groomer: Groomer, freed: Slot, *, now: datetime) -> list[Hold]:
    """To the first who fit, as far as the freed time goes. The caller holds the groomer's row."""
    offered: list[Hold] = []
    if freed.ends_at <= now:
        return offered
    time = FreedTime(groomer, freed, now=now)
    for entry in islice(time.those_who_fit(_who_waits(groomer, freed)), MOST_LOOKED_AT):
        if apart_from(account_id=entry.customer_id, others=[groomer.account_id]):
            continue
        visit = _visit(entry)
        if not visit:
            _close(entry, now=now)
            continue
        slot = _slot_for(entry, time.slots(duration_of(visit)), groomer, now=now)
        if slot is not None and (mine := _locked_if_free(entry, now=now)) is not None:
            offered.append(_offer(mine, visit, groomer, slot, now=now))
            time.was_given()
    return offered


def _who_waits(groomer: Groomer, freed: Slot) -> list[WaitlistEntry]:
    zone = groomer.salon.zone
    first, last = freed.starts_at.astimezone(zone).date(), freed.ends_at.astimezone(zone).date()
    waiting = WaitlistEntry.objects.filter(
        Q(groomer=None) | Q(groomer=groomer),
        Q(state=WaitState.WAITING) | ~Exists(Hold.objects.filter(offer_of=OuterRef("pk"), state=HoldState.HELD)),
        salon_id=groomer.salon_id,
        # What it was offered may have gone together with its groomer.
        state__in=[WaitState.WAITING, WaitState.OFFERED],
        first_day__lte=last,
        # The late hours of the day before belong to it.
        last_day__gte=first - timedelta(days=1),
        customer__is_active=True,
    )
    return list(waiting.order_by("joined_at", "pk")[:MOST_READ])


def _locked_if_free(entry: WaitlistEntry, *, now: datetime) -> WaitlistEntry | None:
    """Nobody waits here: whoever changes it at this moment, as for another slot, keeps it (docs/locking.md)."""
    open_ones = WaitlistEntry.objects.filter(state__in=[WaitState.WAITING, WaitState.OFFERED])
    free = open_ones.select_for_update(skip_locked=True).filter(pk=entry.pk).first()
    if free is not None and free.state == WaitState.OFFERED:
        if free.offers.filter(state=HoldState.HELD).exists():
            return None
        take_step(free, "miss", now=now)
    return free


def _close(entry: WaitlistEntry, *, now: datetime) -> None:
    """What it waits for is not to be had any more: it takes nobody's place among those who are looked at."""
    if (free := _locked_if_free(entry, now=now)) is not None:
        take_step(free, "close", now=now)


def _visit(entry: WaitlistEntry) -> list[BookedTreatment]:
    """At the prices of today; nothing where the salon, or the customer, does not have it any more."""
    asked = [
        AskedTreatment(
            treatment_id=one["treatment_id"],
            dog_id=UUID(one["dog_id"]) if one["dog_id"] else None,
            dog_size=DogSize(one["dog_size"]) if one["dog_size"] else None,
            facts=Facts(matting=Matting(one["matting"])),
        )
        for one in entry.asked
    ]
    dogs = Dog.objects.filter(owner_id=entry.customer_id).in_bulk([one.dog_id for one in asked if one.dog_id])
    try:
        return visit_of(asked, salon_id=entry.salon_id, dogs=dogs)
    except InvalidInput:
        return []


def _slot_for(entry: WaitlistEntry, slots: list[Slot], groomer: Groomer, *, now: datetime) -> Slot | None:
    """The first on the days of the entry of which its customer was offered nothing before.

    Whatever else they wait for: one person with many entries is offered it once.
    """
    zone = groomer.salon.zone
    theirs = Hold.objects.filter(customer_id=entry.customer_id, ends_at__gt=now)
    known_or_kept = theirs.filter(groomer=groomer, offer_of__isnull=False) | theirs.standing(now=now)
    known = [Slot(*times) for times in known_or_kept.values_list("starts_at", "ends_at")]
    fits = (
        slot
        for slot in slots
        if entry.first_day <= slot.starts_at.astimezone(zone).date() <= entry.last_day
        and not any(slot.overlaps(one) for one in known)
    )
    return next((slot for slot in fits if not _is_booked_then(entry, slot)), None)


def _is_booked_then(entry: WaitlistEntry, slot: Slot) -> bool:
    mine = Booking.objects.filter(customer_id=entry.customer_id, status=Booking.Status.CONFIRMED)
    try:
        insist_on_nothing_then(mine, slot)
    except BookedThen:
        return True
    return False


def _offer(entry: WaitlistEntry, visit: list[BookedTreatment], groomer: Groomer, slot: Slot, *, now: datetime) -> Hold:
    hold = keep(
        Hold(
            customer_id=entry.customer_id,
            groomer=groomer,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            visit=to_keep(visit),
            price=total_of(visit),
            agreed_policy=groomer.salon.cancellation_policy,
            held_at=now,
            held_until=min(now + timedelta(minutes=env.offer_minutes), slot.starts_at),
            offer_of=entry,
        )
    )
    take_step(entry, "offer", now=now)
    record(_notification_of(hold, entry, visit))
    return hold


def _notification_of(hold: Hold, entry: WaitlistEntry, visit: list[BookedTreatment]) -> NotificationRequestedV1:
    return NotificationRequestedV1(
        event_id=uuid5(NAMESPACE_OID, f"waitlist-offer:{hold.pk}"),
        trace_id=bound_trace_id(),
        recipient_id=entry.customer_id,
        kind="waitlist.offered",
        facts={
            "entry_id": str(entry.pk),
            "hold_id": str(hold.pk),
            "salon_name": hold.groomer.salon.name,
            "treatment_name": names_of(visit),
            "starts_at": hold.starts_at.isoformat(),
            "held_until": hold.held_until.isoformat(),
            "time_zone": hold.groomer.salon.time_zone,
            "language": entry.language,
            "as": "customer",
        },
        wants_mail=True,
    )
