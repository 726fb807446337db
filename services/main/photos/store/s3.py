"""An S3 store: Amazon's, or another that speaks and enforces the same (versitygw on one's own machine)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError  # type: ignore[import-untyped]
from django.core.files.base import File
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from photos.store import NothingThere
from photos.store.forms import KEPT, UploadForm
from salon_contracts.http.problem import DependencyDown
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

if TYPE_CHECKING:
    from config.declared import Settings

log = get_logger(__name__)

ABSENT = {"NoSuchKey", "404", "NotFound"}


class S3Store:
    def __init__(self, env: Settings) -> None:
        secret = env.photo_store_secret_key
        self._form_url = env.photos_are_posted_to
        self._bucket, self._region = env.photo_bucket, env.photo_region
        self._storage = S3Storage(
            bucket_name=env.photo_bucket,
            endpoint_url=env.photo_store_url,
            region_name=env.photo_region,
            # None: those of the role that the process runs as.
            access_key=env.photo_store_user,
            secret_key=secret.get_secret_value() if secret else None,
            addressing_style="path",
            signature_version="s3v4",
            default_acl=None,
            file_overwrite=True,
            querystring_auth=False,
            object_parameters={"CacheControl": KEPT, "ContentType": "image/webp"},
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=1,
                read_timeout=1.5,
                retries={"total_max_attempts": 1},
                request_checksum_calculation="when_required",
            ),
        )

    def form(self, key: str, *, content_type: str, max_bytes: int, seconds: int) -> UploadForm:
        with _answering():
            made = self._client.generate_presigned_post(
                self._bucket,
                key,
                Fields={"Content-Type": content_type},
                Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, max_bytes]],
                ExpiresIn=seconds,
            )
        return UploadForm(self._form_url, made["fields"])

    def read(self, key: str, *, max_bytes: int) -> bytes:
        with _answering():
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            content: bytes = body.read(max_bytes + 1)
            body.close()
        return content

    def write(self, key: str, content: bytes) -> None:
        with _answering():
            self._storage.save(key, File(BytesIO(content), name=key))

    def remove(self, *keys: str) -> None:
        with _answering():
            for key in keys:
                self._storage.delete(key)

    def prepare(self) -> None:
        with _answering():
            try:
                self._client.create_bucket(
                    Bucket=self._bucket, CreateBucketConfiguration={"LocationConstraint": self._region}
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise
            self._client.put_bucket_policy(Bucket=self._bucket, Policy=json.dumps(policy_of(self._bucket)))

    @property
    def _client(self) -> Any:
        return self._storage.connection.meta.client


def policy_of(bucket: str) -> dict[str, Any]:
    """Who knows the name of a size reads it; nobody reads what was posted, or a list of what there is."""
    read = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"]}
    return {"Version": "2012-10-17", "Statement": [{**read, "Resource": [f"arn:aws:s3:::{bucket}/photos/*"]}]}


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ABSENT:
            raise NothingThere from error
        outage(log.error, "photo_store_refuses", reason=code)
        raise DependencyDown(dependency="photos", retry_after_seconds=5) from error
    except (BotoCoreError, HTTPClientError, OSError) as error:
        outage(log.error, "photo_store_away", reason=type(error).__name__)
        raise DependencyDown(dependency="photos", retry_after_seconds=5) from error
