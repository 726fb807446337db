"""Passwords: at least 8 and at most 128 characters (512 bytes), in NFC, checked by few at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError

from api.inputs.text import nfc
from salon_contracts.http.refusals import Overloaded

MAX_LENGTH = 128
# A check costs 19 MB and a core for some 30 ms: more at once would only take both from others.
AT_ONCE = 2
WAIT_SECONDS = 2.0

_free = threading.BoundedSemaphore(AT_ONCE)


def normalized(password: str) -> str:
    return nfc(password)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn at the expensive part. Raises Overloaded."""
    if not _free.acquire(timeout=WAIT_SECONDS):
        raise Overloaded(retry_after_seconds=2)
    try:
        yield
    finally:
        _free.release()


class MaximumLengthValidator:
    """For AUTH_PASSWORD_VALIDATORS: the admin and the commands have the API's limit too."""

    def validate(self, password: str, user: object = None) -> None:
        if len(normalized(password)) > MAX_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"비밀번호는 {MAX_LENGTH}자까지 쓸 수 있어요."
