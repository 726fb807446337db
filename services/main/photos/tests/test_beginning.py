"""What is asked for before anything is uploaded, and what a form is refused for. The same on any store."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from photos.models import Photo
from photos.reencoding.sizes import MAX_BYTES
from photos.services import MOST_UNSHOWN
from photos.store import PhotoStore
from photos.store.folder import FormRefused
from photos.store.folder_server import parted
from photos.tests.conftest import Poster, begun, finished
from photos.tests.pictures import corners, written

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]


@pytest.mark.parametrize("photo_store", ["folder"], indirect=True)
def test_a_request_that_is_sent_again_makes_one_photo(mine: APIClient, post: Poster) -> None:
    first = begun(mine, headers={"Idempotency-Key": "one"})
    again = begun(mine, headers={"Idempotency-Key": "one"})
    post(again["upload"], written(corners()))
    finished(mine, first["id"])

    assert again["id"] == first["id"]
    assert begun(mine, headers={"Idempotency-Key": "one"})["upload"] is None


@pytest.mark.parametrize("photo_store", ["folder"], indirect=True)
def test_nobody_uploads_for_ever_without_showing_anything(mine: APIClient, photo_store: PhotoStore) -> None:
    for _ in range(MOST_UNSHOWN):
        begun(mine)

    body = {"purpose": "dog", "content_type": "image/png", "size": 1}
    answer = mine.post("/api/v1/photos", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-photos")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"content_type": "image/svg+xml"}, "content_type", "invalid_choice"),
        ({"content_type": "image/heic"}, "content_type", "invalid_choice"),
        ({"size": MAX_BYTES + 1}, "size", "max_value"),
        ({"size": 0}, "size", "min_value"),
        ({"purpose": "review"}, "purpose", "invalid_choice"),
        ({"key": "photos/x"}, "key", "unknown"),
    ],
)
@pytest.mark.parametrize("photo_store", ["folder"], indirect=True)
def test_what_is_announced_unfit_gets_no_form(
    mine: APIClient, photo_store: PhotoStore, body: dict[str, object], field: str, code: str
) -> None:
    whole = {"purpose": "dog", "content_type": "image/jpeg", "size": 1000, **body}

    answer = mine.post("/api/v1/photos", whole, format="json")

    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert not Photo.objects.exists()


@pytest.mark.parametrize("photo_store", ["folder"], indirect=True)
def test_customers_show_no_salon(mine: APIClient, photo_store: PhotoStore) -> None:
    body = {"purpose": "salon", "content_type": "image/jpeg", "size": 1000}

    assert mine.post("/api/v1/photos", body, format="json").status_code == 403


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "multipart/form-data", "multipart/form-data; boundary=x"]
)
def test_what_is_no_form_is_refused_by_the_folder_too(content_type: str) -> None:
    with pytest.raises(FormRefused):
        parted(content_type, b"--y\r\n\r\n--y--")
