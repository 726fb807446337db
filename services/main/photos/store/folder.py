"""A folder in place of an S3 store, on one's own machine. `manage.py serve_photo_folder` takes its forms."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.signing import BadSignature, Signer

from photos.store import NothingThere
from photos.store.forms import UploadForm

if TYPE_CHECKING:
    from config.declared import Settings

_signer = Signer(salt="photos.store.folder")


class FormRefused(Exception):
    """`code` is S3's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FolderStore:
    def __init__(self, env: Settings) -> None:
        self.folder = Path(env.photo_folder or "")
        self._storage = FileSystemStorage(location=self.folder, allow_overwrite=True)
        self._form_url = env.photos_are_posted_to

    def form(self, key: str, *, content_type: str, max_bytes: int, seconds: int) -> UploadForm:
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        policy = {"key": key, "Content-Type": content_type, "max_bytes": max_bytes, "ends": ends.timestamp()}
        written = b64encode(json.dumps(policy).encode()).decode()
        fields = {"Content-Type": content_type, "key": key, "policy": written, "x-amz-signature": _signed(written)}
        return UploadForm(self._form_url, fields)

    def take(self, fields: dict[str, str], content: bytes, *, now: datetime) -> None:
        """What was posted. Raises FormRefused: the rules are those that S3 has for a form of ours."""
        policy = _policy_of(fields)
        if now.timestamp() > policy["ends"]:
            raise FormRefused("AccessDenied")
        if any(fields.get(name) != policy[name] for name in ("key", "Content-Type")):
            raise FormRefused("AccessDenied")
        if len(content) > policy["max_bytes"]:
            raise FormRefused("EntityTooLarge")
        if not content:
            raise FormRefused("EntityTooSmall")
        self.write(policy["key"], content)

    def read(self, key: str, *, max_bytes: int) -> bytes:
        try:
            with self._storage.open(key) as file:
                content: bytes = file.read(max_bytes + 1)
        except FileNotFoundError as error:
            raise NothingThere from error
        return content

    def write(self, key: str, content: bytes) -> None:
        self._storage.save(key, ContentFile(content))

    def remove(self, *keys: str) -> None:
        for key in keys:
            self._storage.delete(key)

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)


def _signed(policy: str) -> str:
    return _signer.signature(policy)


def _policy_of(fields: dict[str, str]) -> dict[str, Any]:
    written = fields.get("policy", "")
    try:
        _signer.unsign(f"{written}:{fields.get('x-amz-signature', '')}")
    except BadSignature as error:
        raise FormRefused("SignatureDoesNotMatch") from error
    policy: dict[str, Any] = json.loads(b64decode(written))
    return policy
