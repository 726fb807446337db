"""What an owner offers: the whole list at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import CharField, ProtectedError, Value
from django.db.models.functions import Cast, Concat

from api.callers.acting import By
from api.preconditions import Versions
from salons.managing.errors import TreatmentIsBooked
from salons.managing.services import changed, locked_own_salon, unfit
from salons.models import Salon, Treatment

COLUMNS = (
    "name",
    "kind",
    *(f"{what}_{size}" for what in ("price", "minutes") for size in ("small", "medium", "large")),
)


class Offer(NamedTuple):
    """`id` None: the treatment of that name, or a new one. `facts` are columns of Treatment, all of COLUMNS."""

    id: int | None
    facts: dict[str, Any]


def set_treatments(offers: Sequence[Offer], *, by: By, versions: Versions) -> None:
    """These, and no others; the same list again changes nothing.

    Raises NotFound, ChangedMeanwhile, Forbidden, TreatmentIsBooked; InvalidInput for the id of another salon's, and for
    names that are one to the database.
    """
    try:
        with transaction.atomic(durable=True):
            salon = locked_own_salon(by=by, versions=versions)
            _set(salon, offers)
    except IntegrityError as error:
        raise unfit("treatments", "repeated", en="Each name once", ko="같은 이름의 시술이 있어요") from error


def _set(salon: Salon, offers: Sequence[Offer]) -> None:
    # Whoever books one this moment has booked it before anybody asks whether it is.
    all_of_them = Treatment.objects.select_for_update().filter(salon=salon).order_by("pk")
    there = {treatment.pk: treatment for treatment in all_of_them}
    by_name = {treatment.name: treatment.pk for treatment in there.values()}
    ids = [offer.id or by_name.get(offer.facts["name"]) for offer in offers]
    if any(offer.id is not None and offer.id not in there for offer in offers):
        raise unfit("treatments", "not-there", en="There is no such treatment of yours", ko="이 살롱에 없는 시술이에요")
    if len({one for one in ids if one is not None}) < sum(one is not None for one in ids):
        raise unfit("treatments", "repeated", en="Each once", ko="한 번씩만 적어 주세요")
    _remove(set(there) - set(ids))
    kept = [(there[pk], offer.facts) for pk, offer in zip(ids, offers, strict=True) if pk is not None]
    _change([(old, facts) for old, facts in kept if any(getattr(old, name) != facts[name] for name in COLUMNS)])
    Treatment.objects.bulk_create(
        Treatment(salon=salon, **offer.facts) for pk, offer in zip(ids, offers, strict=True) if pk is None
    )
    # Statements tell nobody: what the salon is found by follows when it is saved.
    changed(salon)


def _remove(ids: set[int]) -> None:
    try:
        Treatment.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:
        booked = {treatment for row in error.protected_objects for treatment in (getattr(row, "treatment_id", None),)}
        raise TreatmentIsBooked(treatment_ids=sorted(ids & booked)) from error


def _change(different: Sequence[tuple[Treatment, dict[str, Any]]]) -> None:
    # Two that change names with each other would for a moment have one.
    aside = Concat(Value("~"), Cast("pk", CharField()))
    Treatment.objects.filter(pk__in=[old.pk for old, facts in different if old.name != facts["name"]]).update(
        name=aside
    )
    for old, facts in different:
        for name, value in facts.items():
            setattr(old, name, value)
    if different:
        Treatment.objects.bulk_update([old for old, _ in different], COLUMNS)
