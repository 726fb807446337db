"""From a form to three sizes, over HTTP, on the stores themselves."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount
from photos import services
from photos.models import Photo
from photos.reencoding.contained import Made, made_anew
from photos.reencoding.sizes import MAX_BYTES, SIZES
from photos.store import PhotoStore
from photos.tests.conftest import ClientOf, Poster, begun, finished, ready, uploaded
from photos.tests.pictures import corners, written
from salon_contracts.http.problem import DependencyDown

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]
KeysLeft = Callable[[str], set[str]]


def test_a_photo_is_ready_in_three_sizes_and_its_original_is_gone(
    mine: APIClient, post: Poster, photo_store: PhotoStore, keys_left: KeysLeft
) -> None:
    photo_id = uploaded(mine, post, written(corners(2000, 1500)))

    answer = finished(mine, photo_id)

    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert (shown["state"], shown["width"], shown["height"]) == ("ready", 1600, 1200)
    assert all(shown["sizes"][size].endswith(f"/photos/{photo_id}/{size}.webp") for size in SIZES)
    assert keys_left(photo_id) == set(SIZES)
    for size, longest in SIZES.items():
        made = Image.open(io.BytesIO(photo_store.read(Photo(pk=photo_id).key(size), max_bytes=MAX_BYTES)))
        assert (made.format, max(made.size)) == ("WEBP", longest)
    assert mine.get(f"/api/v1/photos/{photo_id}").json() == shown


def test_what_is_no_photo_is_refused_with_its_field_and_reason_and_leaves_nothing(
    mine: APIClient, post: Poster, keys_left: KeysLeft
) -> None:
    photo_id = uploaded(mine, post, b"<svg/>")

    answers = [finished(mine, photo_id) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["field"], error["code"]) == ("file", "not-a-photo")
        assert "사진" in error["detail"]
    assert keys_left(photo_id) == set()
    shown = mine.get(f"/api/v1/photos/{photo_id}", headers={"Accept-Language": "en"}).json()
    assert (shown["state"], shown["refusal"]["code"], shown["sizes"]) == ("refused", "not-a-photo", None)


@pytest.mark.parametrize("size", [1000, MAX_BYTES])
def test_a_form_takes_its_own_key_and_type_and_no_byte_more_than_was_said(
    mine: APIClient, post: Poster, keys_left: KeysLeft, size: int
) -> None:
    photo = begun(mine, size=size)

    assert photo["upload"]["max_bytes"] == size
    assert post(photo["upload"], b"1" * (size + 1)) == "EntityTooLarge"
    assert post(photo["upload"], b"") == "EntityTooSmall"
    assert post(photo["upload"], b"1", key="uploads/another") == "AccessDenied"
    assert post(photo["upload"], b"1", key=f"photos/{photo['id']}/small.webp") == "AccessDenied"
    assert post(photo["upload"], b"1", **{"Content-Type": "text/html"}) == "AccessDenied"
    assert post(photo["upload"], b"1", policy=photo["upload"]["fields"]["policy"][:-8] + "AAAAAAA=") in {
        "SignatureDoesNotMatch",
        "AccessDenied",
        "InvalidPolicyDocument",
    }
    assert keys_left(photo["id"]) == set()


def test_a_form_ends(
    mine: APIClient, post: Poster, keys_left: KeysLeft, monkeypatch: pytest.MonkeyPatch, photo_store: PhotoStore
) -> None:
    monkeypatch.setattr(services, "FORM_LIVES", timedelta(seconds=1))
    photo = begun(mine)
    time.sleep(2.5)

    assert post(photo["upload"], written(corners())) in {"AccessDenied", "ExpiredToken"}
    assert finished(mine, photo["id"]).json()["code"] == "nothing-uploaded"
    assert keys_left(photo["id"]) == set()


def test_finishing_before_posting_says_so_and_can_be_done_again(mine: APIClient, post: Poster) -> None:
    photo = begun(mine)

    early = finished(mine, photo["id"])
    post(photo["upload"], written(corners()))

    assert (early.status_code, early.json()["code"]) == (409, "nothing-uploaded")
    assert finished(mine, photo["id"]).json()["state"] == "ready"


def test_a_replayed_finish_answers_the_same_whatever_was_posted_since(
    mine: APIClient, post: Poster, photo_store: PhotoStore
) -> None:
    photo = begun(mine)
    post(photo["upload"], written(corners()))
    first = finished(mine, photo["id"])
    before = photo_store.read(Photo(pk=photo["id"]).key("small"), max_bytes=MAX_BYTES)

    post(photo["upload"], written(Image.new("RGB", (400, 300), "red")))
    again = finished(mine, photo["id"])

    assert (again.status_code, again.json()) == (200, first.json())
    assert photo_store.read(Photo(pk=photo["id"]).key("small"), max_bytes=MAX_BYTES) == before


def test_anothers_photo_is_not_there(
    mine: APIClient, post: Poster, make_account: MakeAccount, client_of: ClientOf, keys_left: KeysLeft
) -> None:
    photo_id = uploaded(mine, post)
    another = client_of(make_account())

    assert finished(another, photo_id).status_code == 404
    assert another.get(f"/api/v1/photos/{photo_id}").status_code == 404
    assert keys_left(photo_id) == {"upload"}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_finish_at_once_one_looks_at_it(
    mine: APIClient, post: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def counted(content: bytes) -> Made:
        looked.append(1)
        return made_anew(content)

    monkeypatch.setattr(services, "made_anew", counted)
    photo_id = uploaded(mine, post)

    def finish(_: int) -> tuple[int, str]:
        try:
            answer = finished(mine, photo_id)
            return answer.status_code, answer.json().get("code", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(finish, range(4)))

    assert len(looked) == 1
    assert (200, "") in answers
    assert set(answers) <= {(200, ""), (409, "photo-is-being-checked")}


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_each_of_them_looks_at_it(
    mine: APIClient, post: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin that shows the race."""
    together = threading.Barrier(2, timeout=60)

    def both(content: bytes) -> Made:
        together.wait()
        return made_anew(content)

    monkeypatch.setattr(services, "made_anew", both)
    monkeypatch.setattr(services, "_claim", lambda photo_id, **_: Photo.objects.get(pk=photo_id))
    monkeypatch.setattr(services, "_let_go", lambda *_, **__: True)
    photo_id = uploaded(mine, post)

    def finish(_: int) -> int:
        try:
            return int(finished(mine, photo_id).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(finish, range(2)))

    assert answers == [200, 200]


def test_who_died_while_looking_at_it_is_followed_by_another(mine: APIClient, post: Poster) -> None:
    photo_id = uploaded(mine, post)
    Photo.objects.filter(pk=photo_id).update(state=Photo.State.CHECKED, check_ends_at=timezone.now() + timedelta(9))
    busy = finished(mine, photo_id)

    Photo.objects.filter(pk=photo_id).update(check_ends_at=timezone.now() - timedelta(seconds=1))

    assert (busy.status_code, busy["Retry-After"]) == (409, "1")
    assert finished(mine, photo_id).json()["state"] == "ready"


def test_without_its_store_a_photo_waits_and_is_finished_later(
    mine: APIClient, post: Poster, photo_store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = uploaded(mine, post)

    def away(*_: object, **__: object) -> bytes:
        raise DependencyDown(dependency="photos", retry_after_seconds=5)

    with monkeypatch.context() as patched:
        patched.setattr(photo_store, "write", away)
        answer = finished(mine, photo_id)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert finished(mine, photo_id).json()["state"] == "ready"


def test_ready_photos_count_by_their_own(mine: APIClient, post: Poster, customer: Account) -> None:
    ready(mine, post)

    assert Photo.objects.get().account_id == customer.pk
