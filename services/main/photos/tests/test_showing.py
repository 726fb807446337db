"""What a salon shows, and to whom it belongs."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount
from photos.models import Photo
from photos.tests.conftest import GALLERY, Poster, kept, ready, shown_ids
from salons.models import Groomer

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]


def test_a_gallery_is_shown_to_everybody_in_its_owners_order(
    owners: APIClient, owner: Groomer, stranger: APIClient, post: Poster
) -> None:
    first, second = (ready(owners, post, purpose="salon") for _ in range(2))

    answer = owners.put(GALLERY, {"photo_ids": [second, first]}, format="json")
    public = stranger.get(f"/api/v1/salons/{owner.salon_id}/photos")

    assert answer.status_code == 200, answer.content
    assert shown_ids(answer) == shown_ids(public) == shown_ids(owners.get(GALLERY)) == [second, first]
    assert stranger.get("/api/v1/salons/999999/photos").status_code == 404


def test_two_owners_pages_do_not_overwrite_each_other(owners: APIClient, owner: Groomer) -> None:
    photo = kept(owner.account, "salon")
    read = owners.get(GALLERY)["ETag"]

    first = owners.put(GALLERY, {"photo_ids": [photo]}, format="json", HTTP_IF_MATCH=read)
    second = owners.put(GALLERY, {"photo_ids": []}, format="json", HTTP_IF_MATCH=read)

    assert (first.status_code, second.status_code) == (200, 412)
    assert shown_ids(owners.get(GALLERY)) == [photo]


@pytest.mark.parametrize("whose", ["another's", "a dog's", "an unready one", "a due one", "nobody's"])
def test_a_gallery_takes_ready_photos_of_its_owner_and_no_others(
    owners: APIClient, owner: Groomer, make_account: MakeAccount, whose: str
) -> None:
    mine = kept(owner.account, "salon")
    other = {
        "another's": lambda: kept(make_account(role=Account.Role.GROOMER), "salon"),
        "a dog's": lambda: kept(owner.account, "dog"),
        "an unready one": lambda: kept(owner.account, "salon", state=Photo.State.AWAITED),
        "a due one": lambda: kept(owner.account, "salon", remove_at=timezone.now() - timedelta(seconds=1)),
        "nobody's": lambda: str(uuid4()),
    }[whose]()

    answer = owners.put(GALLERY, {"photo_ids": [mine, other]}, format="json")

    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("photo_ids", "not-ready")]
    assert shown_ids(owners.get(GALLERY)) == []


def test_a_gallery_has_a_dozen_each_once(owners: APIClient, owner: Groomer) -> None:
    photos = [kept(owner.account, "salon") for _ in range(13)]

    too_many = owners.put(GALLERY, {"photo_ids": photos}, format="json")
    twice = owners.put(GALLERY, {"photo_ids": [photos[0], photos[0]]}, format="json")

    assert (too_many.status_code, twice.status_code) == (422, 422)
    assert owners.put(GALLERY, {"photo_ids": photos[:12]}, format="json").status_code == 200
