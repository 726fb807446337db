"""A customer's dogs: added, changed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.preconditions import Versions
from dogs.errors import TooManyDogs
from dogs.models import Dog
from dogs.queries import dog_of, dogs_of
from idempotency.errors import WhatItMadeIsGone
from idempotency.services import made_by_same_request, note_carried_out
from salon_contracts.http.problem import NotFound

# A kennel of hunting dogs has a dozen. Whoever has more is in business, and needs another kind of account.
MAX_DOGS = 20


class Added(NamedTuple):
    dog: Dog
    is_new: bool


def add_dog(facts: Mapping[str, Any], *, by: By) -> Added:
    """`facts` are columns of Dog. The same request again changes nothing and gives the dog that it made.

    Raises TooManyDogs, KeyUsedForAnother, WhatItMadeIsGone; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        made = made_by_same_request(by=by)
        if made is not None:
            return Added(_still_there(made, by=by), is_new=False)
        if dogs_of(account_id=by.account_id).count() >= MAX_DOGS:
            raise TooManyDogs(max_dogs=MAX_DOGS)
        dog = Dog.objects.create(**facts, owner_id=by.account_id, created_at=by.now)
        note_carried_out(dog.pk, by=by)
    return Added(dog, is_new=True)


def _still_there(dog_id: UUID, *, by: By) -> Dog:
    try:
        return dog_of(account_id=by.account_id, dog_id=dog_id)
    except NotFound as gone:
        raise WhatItMadeIsGone from gone


def change_dog(dog_id: UUID, changes: Mapping[str, Any], *, by: By, versions: Versions) -> Dog:
    """What already is so stays, and its version too. Raises NotFound, ChangedMeanwhile."""
    with transaction.atomic(durable=True):
        dog = _locked(dog_id, by=by)
        versions.insist_on(dog.version)
        different = {name: value for name, value in changes.items() if getattr(dog, name) != value}
        if different:
            Dog.objects.filter(pk=dog.pk).update(**different, version=F("version") + 1)
            dog.refresh_from_db()
    return dog


def remove_dog(dog_id: UUID, *, by: By, versions: Versions) -> None:
    """For good. A second time it is there no more. Raises NotFound, ChangedMeanwhile."""
    with transaction.atomic(durable=True):
        dog = _locked(dog_id, by=by)
        versions.insist_on(dog.version)
        dog.delete()


def _locked(dog_id: UUID, *, by: By) -> Dog:
    dog = dogs_of(account_id=by.account_id).select_for_update().filter(pk=dog_id).first()
    if dog is None:
        raise NotFound
    return dog
