"""What is removed from the store, and when."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from dogs.tests.test_dogs import added
from due.worker import tend
from photos import due
from photos.due import remove_due
from photos.leaving import forget_photos
from photos.models import FORM_LIVES, UNSHOWN_LIVES, Photo
from photos.reencoding.sizes import SIZES
from photos.store import PhotoStore
from photos.tests.conftest import GALLERY, Poster, begun, kept, ready, shown_ids, uploaded
from salon_contracts.http.problem import DependencyDown
from salons.models import Groomer

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]
KeysLeft = Callable[[str], set[str]]
AFTER_THE_FORM = FORM_LIVES + due.AFTER_A_FORM + timedelta(seconds=1)


def test_what_leaves_a_gallery_leaves_the_store(
    owners: APIClient, post: Poster, photo_store: PhotoStore, keys_left: KeysLeft
) -> None:
    first, second = (ready(owners, post, purpose="salon") for _ in range(2))
    owners.put(GALLERY, {"photo_ids": [first, second]}, format="json")

    owners.put(GALLERY, {"photo_ids": [second]}, format="json")
    remove_due(now=timezone.now() + AFTER_THE_FORM)

    assert (keys_left(first), keys_left(second)) == (set(), set(SIZES))
    assert [str(photo.pk) for photo in Photo.objects.all()] == [second]


def test_a_dog_has_one_photo_and_the_one_before_it_goes(
    mine: APIClient, post: Poster, photo_store: PhotoStore, keys_left: KeysLeft
) -> None:
    dog = added(mine)
    address = f"/api/v1/dogs/{dog['id']}/photo"
    first, second = (ready(mine, post) for _ in range(2))
    read = mine.get(f"/api/v1/dogs/{dog['id']}")["ETag"]

    put = mine.put(address, {"photo_id": first}, format="json", HTTP_IF_MATCH=read)
    stale = mine.put(address, {"photo_id": second}, format="json", HTTP_IF_MATCH=read)
    again = mine.put(address, {"photo_id": second}, format="json")
    remove_due(now=timezone.now() + AFTER_THE_FORM)

    assert (put.status_code, stale.status_code, again.status_code) == (200, 412, 200)
    assert mine.get(address).json()["id"] == second
    assert (keys_left(first), keys_left(second)) == (set(), set(SIZES))


def test_a_dogs_photo_is_removed_with_the_dog_and_without_it(mine: APIClient, customer: Account) -> None:
    dog, other = added(mine), added(mine)
    for one in (dog, other):
        photo_id = kept(customer, "dog")
        assert mine.put(f"/api/v1/dogs/{one['id']}/photo", {"photo_id": photo_id}, format="json").status_code == 200

    assert mine.delete(f"/api/v1/dogs/{dog['id']}/photo").status_code == 204
    assert mine.delete(f"/api/v1/dogs/{dog['id']}/photo").status_code == 404
    assert mine.delete(f"/api/v1/dogs/{other['id']}").status_code == 204
    due_ones = due._to_remove(now=timezone.now() + timedelta(seconds=1))

    assert len(due_ones) == 2


def test_the_release_before_removes_a_dog_and_its_photo_is_due(mine: APIClient, customer: Account) -> None:
    """It knows nothing of photos: its statement is this one."""
    dog = added(mine)
    photo_id = kept(customer, "dog")
    mine.put(f"/api/v1/dogs/{dog['id']}/photo", {"photo_id": photo_id}, format="json")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dogs_dog WHERE id = %s", [UUID(dog["id"]).hex])

    assert [str(photo.pk) for photo in due._to_remove(now=timezone.now())] == [photo_id]


def test_what_is_never_finished_or_never_shown_is_removed_in_time(
    mine: APIClient, post: Poster, photo_store: PhotoStore, keys_left: KeysLeft
) -> None:
    unfinished, unshown = uploaded(mine, post), ready(mine, post)

    remove_due(now=timezone.now() + UNSHOWN_LIVES - timedelta(minutes=1))
    before = keys_left(unfinished) | keys_left(unshown)
    remove_due(now=timezone.now() + UNSHOWN_LIVES + timedelta(minutes=1))

    # What was posted goes with its form; the sizes wait for a day.
    assert before == set(SIZES)
    assert keys_left(unfinished) | keys_left(unshown) == set()
    assert not Photo.objects.exists()


def test_what_was_posted_after_the_finish_is_cleared_when_the_form_has_ended(
    mine: APIClient, post: Poster, photo_store: PhotoStore, keys_left: KeysLeft
) -> None:
    photo = begun(mine)
    post(photo["upload"], b"anything")
    mine.post(f"/api/v1/photos/{photo['id']}/finish", format="json")
    post(photo["upload"], b"anything again")
    assert keys_left(photo["id"]) == {"upload"}

    remove_due(now=timezone.now())
    early = keys_left(photo["id"])
    remove_due(now=timezone.now() + AFTER_THE_FORM)

    assert (early, keys_left(photo["id"])) == ({"upload"}, set())


def test_who_still_writes_sizes_is_not_removed_under_their_hands(customer: Account) -> None:
    later = timezone.now() + UNSHOWN_LIVES + timedelta(minutes=1)
    writing = timedelta(seconds=10)
    photo_id = kept(customer, "dog", state=Photo.State.CHECKED, check_ends_at=later + writing)

    assert due._to_remove(now=later) == []
    assert [str(photo.pk) for photo in due._to_remove(now=later + writing + due.AFTER_A_FORM)] == [photo_id]


def test_the_worker_of_due_acts_removes_photos_while_it_tends_its_acts(
    customer: Account, photo_store: PhotoStore, keys_left: KeysLeft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 1)
    over = timezone.now() - timedelta(minutes=1)
    photo_ids = [kept(customer, "dog", remove_at=over) for _ in range(2)]
    photo_store.write(Photo(pk=photo_ids[0]).key("small"), b"1")

    tend()

    assert keys_left(photo_ids[0]) == set()
    assert not Photo.objects.exists()


def test_a_store_that_is_slow_or_away_keeps_the_worker_for_seconds(
    customer: Account, photo_store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = timezone.now() - timedelta(minutes=1)
    for _ in range(3):
        kept(customer, "dog", remove_at=over)
    monkeypatch.setattr(due, "SWEEP_SECONDS", 0.1)

    def slow(*_: str) -> None:
        time.sleep(0.15)

    def away(*_: str) -> None:
        raise DependencyDown(dependency="photos", retry_after_seconds=5)

    monkeypatch.setattr(photo_store, "remove", slow)
    due.sweep(now=timezone.now())
    left = Photo.objects.count()
    monkeypatch.setattr(photo_store, "remove", away)
    due.sweep(now=timezone.now())

    assert (left, Photo.objects.count()) == (2, 2)


def test_an_act_that_the_store_interrupts_is_done_again(
    mine: APIClient, post: Poster, photo_store: PhotoStore, keys_left: KeysLeft, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = ready(mine, post)
    later = timezone.now() + UNSHOWN_LIVES + timedelta(minutes=1)

    def dies(*_: str) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(photo_store, "remove", dies)
        with pytest.raises(RuntimeError):
            remove_due(now=later)
    assert Photo.objects.get().state == Photo.State.REMOVED

    remove_due(now=later)

    assert keys_left(photo_id) == set()
    assert not Photo.objects.exists()


def test_who_leaves_takes_their_photos_along_but_for_what_a_salon_shows(
    owners: APIClient, owner: Groomer, customer: Account, mine: APIClient
) -> None:
    shown, unshown, dogs = kept(owner.account, "salon"), kept(owner.account, "salon"), kept(customer, "dog")
    owners.put(GALLERY, {"photo_ids": [shown]}, format="json")
    mine.put(f"/api/v1/dogs/{added(mine)['id']}/photo", {"photo_id": dogs}, format="json")
    now = timezone.now()

    for account in (owner.account, customer):
        forget_photos(account_id=account.pk, now=now)

    assert {str(photo.pk) for photo in due._to_remove(now=now)} == {unshown, dogs}
    assert not Photo.objects.filter(account__isnull=False).exists()
    assert shown_ids(owners.get(GALLERY)) == [shown]
