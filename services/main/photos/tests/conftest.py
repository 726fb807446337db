"""A store of each kind, and people who upload to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from config.env import env
from conftest import MakeAccount
from photos import store
from photos.models import UNSHOWN_LIVES, Photo
from photos.reencoding.sizes import MAX_BYTES, SIZES
from photos.store import NothingThere, PhotoStore
from photos.store.folder import FolderStore
from photos.store.folder_server import server
from photos.store.s3 import S3Store
from photos.tests.pictures import corners, written
from salons.models import Groomer, Region, Salon

ClientOf = Callable[[Account], APIClient]
JPEG = "image/jpeg"
GALLERY = "/api/v1/salons/mine/photos"


class Poster(Protocol):
    """What a client does with a form. The code of a refusal, "" for none."""

    def __call__(self, form: dict[str, Any], content: bytes, **other: str) -> str: ...


@pytest.fixture(params=["s3", "folder"])
def photo_store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PhotoStore:
    if request.param == "s3":
        if not env.photo_store_url:
            pytest.skip("this environment has no S3 store")
        changed = env.model_copy(update={"photo_bucket": f"test-{uuid4().hex[:12]}"})
        made: PhotoStore = S3Store(changed)
    else:
        made = FolderStore(env.model_copy(update={"photo_folder": tmp_path / "photos"}))
    made.prepare()
    monkeypatch.setattr(store, "configured_store", lambda: made)
    return made


@pytest.fixture
def store_address(photo_store: PhotoStore) -> Iterator[str]:
    """Where forms are posted behind nginx: a form's own address is the public one."""
    if isinstance(photo_store, S3Store):
        yield f"{env.photo_store_url}/{photo_store._bucket}"
        return
    assert isinstance(photo_store, FolderStore)
    with server(photo_store, host="127.0.0.1", port=0) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}/photos"
        serving.shutdown()
        thread.join()


@pytest.fixture
def post(store_address: str) -> Iterator[Poster]:
    """To the real store, as a browser posts it."""
    with httpx.Client(timeout=30) as client:

        def to_store(form: dict[str, Any], content: bytes, **other: str) -> str:
            fields = {**form["fields"], **other}
            files = {"file": ("a.jpg", content, fields["Content-Type"])}
            answer = client.post(store_address, data=fields, files=files)
            return "" if answer.is_success else answer.text.partition("<Code>")[2].partition("</Code>")[0]

        yield to_store


@pytest.fixture
def keys_left(photo_store: PhotoStore) -> Callable[[UUID | str], set[str]]:
    """Which of a photo's objects the store has."""

    def left(photo_id: UUID | str) -> set[str]:
        photo = Photo(pk=photo_id)
        names = {"upload": photo.upload_key} | {size: photo.key(size) for size in SIZES}
        return {name for name, key in names.items() if _is_there(photo_store, key)}

    return left


def _is_there(photo_store: PhotoStore, key: str) -> bool:
    try:
        photo_store.read(key, max_bytes=1)
    except NothingThere:
        return False
    return True


@pytest.fixture
def mine(customer: Account, client_of: ClientOf) -> APIClient:
    return client_of(customer)


def begun(
    client: APIClient,
    *,
    purpose: str = "dog",
    content_type: str = JPEG,
    size: int = MAX_BYTES,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    body = {"purpose": purpose, "content_type": content_type, "size": size}
    answer = client.post("/api/v1/photos", body, format="json", headers=headers)
    assert answer.status_code in {200, 201}, answer.content
    return dict(answer.json())


def uploaded(client: APIClient, post: Poster, content: bytes | None = None, *, purpose: str = "dog") -> str:
    """Posted, and not finished yet."""
    photo = begun(client, purpose=purpose)
    assert post(photo["upload"], written(corners()) if content is None else content) == ""
    return str(photo["id"])


def finished(client: APIClient, photo_id: str) -> Any:
    return client.post(f"/api/v1/photos/{photo_id}/finish", format="json")


def ready(client: APIClient, post: Poster, *, purpose: str = "dog") -> str:
    photo_id = uploaded(client, post, purpose=purpose)
    answer = finished(client, photo_id)
    assert answer.status_code == 200, answer.content
    return photo_id


@pytest.fixture
def owner(make_account: MakeAccount) -> Groomer:
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    salon = Salon.objects.create(region=region, name=f"살롱 {uuid4().hex[:6]}", address="서울 중구 세종대로 1")
    account = make_account(role=Account.Role.GROOMER)
    return Groomer.objects.create(salon=salon, account=account, name="김보라", owns_salon=True)


@pytest.fixture
def owners(owner: Groomer, client_of: ClientOf) -> APIClient:
    return client_of(owner.account)


def shown_ids(answer: object) -> list[str]:
    return [item["id"] for item in answer.json()["items"]]  # type: ignore[attr-defined]  # a response of the test client


def kept(account: Account, purpose: str, **columns: object) -> str:
    """Ready, without anything in the store."""
    now = timezone.now()
    facts = {"state": Photo.State.READY, "created_at": now, "remove_at": now + UNSHOWN_LIVES, **columns}
    return str(Photo.objects.create(account=account, purpose=purpose, declared_bytes=1, **facts).pk)
