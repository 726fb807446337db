"""A salon's gallery in the hands of its owner, and the photo of a customer's dog."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.preconditions import Versions
from dogs.models import Dog
from dogs.queries import dogs_of
from photos.models import Photo
from photos.showing.queries import gallery_of
from salon_contracts.http.problem import NotFound
from salons.managing.services import changed, locked_own_salon, unfit
from salons.models import Salon

MOST_IN_GALLERY = 12


def set_gallery(photo_ids: Sequence[UUID], *, by: By, versions: Versions) -> None:
    """These in this order, and no others; those that leave it are due. The same list again changes nothing.

    Raises NotFound, ChangedMeanwhile, Forbidden; InvalidInput for what is not ready, or not the salon's to show.
    """
    with transaction.atomic(durable=True):
        salon = locked_own_salon(by=by, versions=versions)
        if [photo.pk for photo in gallery_of(salon_id=salon.pk)] == list(photo_ids):
            return
        found = _shown_or_to_be(photo_ids, salon, by=by)
        Photo.objects.filter(salon=salon).exclude(pk__in=found).update(salon=None, remove_at=by.now)
        for place, photo_id in enumerate(photo_ids):
            Photo.objects.filter(pk=photo_id).update(salon=salon, place=place, remove_at=None)
        changed(salon)


def _shown_or_to_be(photo_ids: Sequence[UUID], salon: Salon, *, by: By) -> list[UUID]:
    ready = Q(account_id=by.account_id, purpose=Photo.Purpose.SALON, state=Photo.State.READY, salon=None)
    fit = Photo.objects.select_for_update().filter(Q(salon=salon) | ready & Q(remove_at__gt=by.now))
    found = [photo.pk for photo in fit.filter(pk__in=photo_ids).order_by("pk")]
    if len(found) < len(photo_ids):
        raise _not_ready("photo_ids")
    return found


def set_dog_photo(dog_id: UUID, photo_id: UUID, *, by: By, versions: Versions) -> Dog:
    """In place of the one before, which is due. Raises NotFound, ChangedMeanwhile, Forbidden, InvalidInput."""
    with transaction.atomic(durable=True):
        dog = _locked_dog(dog_id, by=by, versions=versions)
        if Photo.objects.filter(dog=dog, pk=photo_id).exists():
            return dog
        fit = Photo.objects.select_for_update().filter(
            pk=photo_id, account_id=by.account_id, purpose=Photo.Purpose.DOG, state=Photo.State.READY, dog=None
        )
        if not fit.filter(remove_at__gt=by.now).exists():
            raise _not_ready("photo_id")
        Photo.objects.filter(dog=dog).update(dog=None, remove_at=by.now)
        Photo.objects.filter(pk=photo_id).update(dog=dog, remove_at=None)
        return _changed(dog)


def remove_dog_photo(dog_id: UUID, *, by: By, versions: Versions) -> None:
    """A second time it is there no more. Raises NotFound, ChangedMeanwhile, Forbidden."""
    with transaction.atomic(durable=True):
        dog = _locked_dog(dog_id, by=by, versions=versions)
        if not Photo.objects.filter(dog=dog).update(dog=None, remove_at=by.now):
            raise NotFound
        _changed(dog)


def _locked_dog(dog_id: UUID, *, by: By, versions: Versions) -> Dog:
    lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
    dog = dogs_of(account_id=by.account_id).select_for_update().filter(pk=dog_id).first()
    if dog is None:
        raise NotFound
    versions.insist_on(dog.version)
    return dog


def _changed(dog: Dog) -> Dog:
    Dog.objects.filter(pk=dog.pk).update(version=F("version") + 1)
    dog.refresh_from_db(fields=["version"])
    return dog


def _not_ready(field: str) -> Exception:
    return unfit(field, "not-ready", en="No ready photo of yours for this", ko="여기에 쓸 수 있는 사진이 아니에요")
