"""Where the bytes of photos are: an S3 store, or a folder on one's own machine. Their forms look alike."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from config.env import env
from photos.store.forms import UploadForm
from salon_contracts.http.problem import DependencyDown


class NothingThere(Exception):
    """No object has this key."""


class PhotoStore(Protocol):
    """Each method raises DependencyDown when the store does not answer."""

    def form(self, key: str, *, content_type: str, max_bytes: int, seconds: int) -> UploadForm:
        """To be posted within so many seconds: this key, this type, from one byte to `max_bytes`, and nothing else."""
        ...

    def read(self, key: str, *, max_bytes: int) -> bytes:
        """No more than one byte above `max_bytes`. Raises NothingThere."""
        ...

    def write(self, key: str, content: bytes) -> None: ...

    def remove(self, *keys: str) -> None:
        """What is not there is removed already."""
        ...

    def prepare(self) -> None:
        """A place for photos, of which anybody may read the sizes. What is so already stays as it is."""
        ...


def photo_store() -> PhotoStore:
    """Raises DependencyDown where none was configured."""
    store = configured_store()
    if store is None:
        raise DependencyDown(dependency="photos", retry_after_seconds=60)
    return store


@cache
def configured_store() -> PhotoStore | None:
    # Imported where they are used: boto3 takes 20 MB, which no other process of ours needs.
    if env.photo_store_url:
        from photos.store.s3 import S3Store

        return S3Store(env)
    if env.photo_folder is not None:
        from photos.store.folder import FolderStore

        return FolderStore(env)
    return None
