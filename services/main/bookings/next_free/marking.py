"""Who changes when a salon has time leaves a note of it, and cannot forget to: in the transaction of the change.

Statements tell nobody (`update`, `bulk_create`): whoever writes by these saves the salon too, as owners do, or keeps
the salons anew. What a release changed that knows nothing of this is found within a day.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as registry
from django.apps.registry import Apps
from django.db.models.signals import post_delete, post_migrate, post_save, pre_save
from django.utils import timezone

from bookings.models import Booking, TimeOff
from bookings.next_free.keeping import keep_missing
from salons.models import Break, ClosedDay, FreeTimes, FreeTimesChange, Groomer, OpeningHours, Salon, Treatment
from salons.models.free_times import LONG_AGO

OF_A_SALON = (OpeningHours, Break, ClosedDay, Groomer, Treatment)
OF_A_GROOMER = (Booking, TimeOff)


def connect(sender: Any) -> None:
    """`sender` is the app whose migrations are waited for."""
    for model in (Salon, *OF_A_SALON, *OF_A_GROOMER):
        post_save.connect(_changed, sender=model, dispatch_uid=f"next_free.{model.__name__}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"next_free.{model.__name__}")
    for moving in (Groomer, Treatment):
        pre_save.connect(_may_move, sender=moving, dispatch_uid=f"next_free.{moving.__name__}")
    post_save.connect(_saved, sender=Salon, dispatch_uid="next_free.new")
    post_migrate.connect(_migrated, sender=sender, dispatch_uid="next_free")


def _saved(*, instance: Salon, created: bool, raw: bool = False, **_: Any) -> None:
    """The search looks at a new one too, before anybody has kept it."""
    if created and not raw:
        FreeTimes.objects.bulk_create([FreeTimes(salon=instance, later_from=LONG_AGO)], ignore_conflicts=True)


def _changed(*, instance: Any, raw: bool = False, **_: Any) -> None:
    if not raw:
        _note(_salon_of(instance))


def _salon_of(instance: Any) -> int | None:
    if isinstance(instance, Salon):
        return instance.pk
    if isinstance(instance, OF_A_SALON):
        return instance.salon_id
    return Groomer.objects.filter(pk=instance.groomer_id).values_list("salon_id", flat=True).first()


def _may_move(*, sender: type[Groomer | Treatment], instance: Any, raw: bool = False, **_: Any) -> None:
    """From one salon to another: an operator may do that."""
    if not raw and instance.pk is not None:
        before = sender.objects.filter(pk=instance.pk).values_list("salon_id", flat=True).first()
        if before != instance.salon_id:
            _note(before)


def _note(salon_id: int | None) -> None:
    if salon_id is not None:
        FreeTimesChange.objects.create(salon_id=salon_id)


def _migrated(*, apps: Apps = registry, **_: Any) -> None:
    """Not on the way back to before it."""
    if "freetimes" in apps.all_models["salons"]:
        keep_missing(now=timezone.now())
