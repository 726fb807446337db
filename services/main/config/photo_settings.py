"""Where photos are kept, and by which addresses people reach them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from salon_kit.settings.base import ServiceSettings, of_service
from salon_kit.settings.sources import CHOSEN_BY_OTHERS

_Address = Annotated[str, Field(pattern=r"^(https?://[^?#\s]*[^?#\s/])?$")]


class PhotoSettings(ServiceSettings):
    """Without a store and without a folder nobody uploads photos, and all else works."""

    model_config = of_service("MAIN_")

    photo_store_url: _Address | None = None
    """An S3 store: http://photos:7070, https://s3.ap-northeast-2.amazonaws.com."""
    photo_bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] = "salon-photos"
    """Anybody may read what is under `photos/` in it, and nobody what is under `uploads/`."""
    photo_region: str = "ap-northeast-2"
    """In which the bucket is; part of every signature."""
    photo_store_user: str | None = None
    """The id of our access key there. Without it: whoever the process is by its role."""
    photo_store_secret_key: Annotated[SecretStr | None, CHOSEN_BY_OTHERS] = None
    """Of that access key."""
    photo_folder: Path | None = None
    """In place of a store, on one's own machine."""
    photo_upload_url: _Address | None = None
    """Where forms are posted to. Without it: /uploads of the public address, which nginx hands on to the store."""
    photo_cdn_url: _Address | None = None
    """What the sizes are under. Without it: /photos of the public address."""
