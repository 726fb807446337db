"""What is due: photos that nothing shows any more, and what was posted with a form after its photo was finished.

An act is done again if it was not finished: the store forgets what it has forgotten, and the row goes last.
"""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from photos.models import Photo
from photos.reencoding.sizes import SIZES
from photos.store import configured_store, photo_store
from salon_contracts.http.problem import DependencyDown
from salon_kit.logs import get_logger

log = get_logger(__name__)

AT_ONCE = 100
# Clocks of the store and of ours, and a post that had begun when its form ended.
AFTER_A_FORM = timedelta(minutes=5)
# The worker of due acts has reminders to send: what is left is removed by the next sweep.
SWEEP_SECONDS = 5.0


def sweep(*, now: datetime) -> None:
    """By the worker of due acts (due/worker.py). A store that is away has its line in the log."""
    if configured_store() is None:
        return
    ends = time.monotonic() + SWEEP_SECONDS
    try:
        while remove_due(now=now, ends=ends) and time.monotonic() < ends:
            pass
    except DependencyDown:
        return


def remove_due(*, now: datetime, ends: float = math.inf) -> int:
    """At most AT_ONCE of each kind, and how many those were. None after `ends` of the monotonic clock.

    Raises DependencyDown; the rest stays due.
    """
    store = photo_store()
    removed = 0
    for photo in _to_remove(now=now):
        if time.monotonic() > ends:
            return removed
        store.remove(photo.upload_key, *(photo.key(size) for size in SIZES))
        Photo.objects.filter(pk=photo.pk, state=Photo.State.REMOVED).delete()
        removed += 1
    cleared = 0
    over = Photo.objects.filter(form_ends_at__lte=now - AFTER_A_FORM).exclude(state=Photo.State.CHECKED)
    for photo in over.order_by("form_ends_at")[:AT_ONCE]:
        if time.monotonic() > ends:
            break
        store.remove(photo.upload_key)
        Photo.objects.filter(pk=photo.pk).update(form_ends_at=None)
        cleared += 1
    if removed or cleared:
        log.info("photos_removed", removed=removed, cleared=cleared)
    return removed + cleared


def _to_remove(*, now: datetime) -> list[Photo]:
    """From here on nobody can show or finish them. The form of one may still be open: then its time has not come."""
    with transaction.atomic(durable=True):
        forgotten = Q(remove_at=None, salon=None, dog=None)
        due = Photo.objects.select_for_update(skip_locked=True).filter(forgotten | Q(remove_at__lte=now))
        # A form that can still be posted would leave bytes that no row knows of, and so would who still writes sizes.
        due = due.exclude(form_ends_at__gt=now - AFTER_A_FORM).exclude(check_ends_at__gt=now - AFTER_A_FORM)
        found = list(due[:AT_ONCE])
        Photo.objects.filter(pk__in=[photo.pk for photo in found]).update(state=Photo.State.REMOVED)
    return found
