"""Who changes a salon, its treatments or the name of its district, changes what it is found by, and cannot forget to.

Both are one transaction: `save` of these models begins it, and Django's `delete` has one.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as registry
from django.apps.registry import Apps
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete

from salons.models import Region, Salon, Treatment
from salons.search.index.keeping import forget, keep, keep_missing, keep_region


def connect(sender: Any) -> None:
    """`sender` is the app whose migrations are waited for."""
    post_save.connect(_salon_saved, sender=Salon, dispatch_uid="salons.search.salon")
    pre_delete.connect(_salon_goes, sender=Salon, dispatch_uid="salons.search.salon")
    post_save.connect(_treatment_changed, sender=Treatment, dispatch_uid="salons.search.treatment")
    post_delete.connect(_treatment_changed, sender=Treatment, dispatch_uid="salons.search.treatment")
    post_save.connect(_region_saved, sender=Region, dispatch_uid="salons.search.region")
    post_migrate.connect(_migrated, sender=sender, dispatch_uid="salons.search")


def _salon_saved(*, instance: Salon, raw: bool = False, **_: Any) -> None:
    if not raw:
        keep([instance.pk])


def _salon_goes(*, instance: Salon, **_: Any) -> None:
    forget(instance.pk)


def _treatment_changed(*, instance: Treatment, raw: bool = False, **_: Any) -> None:
    if not raw:
        keep([instance.salon_id])


def _region_saved(*, instance: Region, created: bool, raw: bool = False, **_: Any) -> None:
    if not (created or raw):
        keep_region(instance.pk)


def _migrated(*, apps: Apps = registry, **_: Any) -> None:
    """An installation that had salons before it had a search finds them. Not on the way back to before it."""
    if "searchentry" in apps.all_models["salons"]:
        keep_missing()
