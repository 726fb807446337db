"""Passwords: 8 to 128 characters (512 bytes), 4 different ones among them, in NFC, checked by few at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from api.inputs.text import is_visible, nfc
from api.language import words
from salon_contracts.http.refusals import Overloaded

MAX_LENGTH = 128
MIN_DIFFERENT = 4
# A check costs 19 MB and a core for some 30 ms: more at once would only take both from others.
AT_ONCE = 2
# Where requests wait for that; the admin's other forms are for operators only.
CHECKED_AT = frozenset(
    {
        "/admin/login/",
        "/api/v1/accounts",
        "/api/v1/accounts/me/deletion",
        "/api/v1/accounts/me/email",
        "/api/v1/accounts/me/password",
        "/api/v1/accounts/me/second-factor",
        "/api/v1/accounts/me/second-factor/recovery-codes",
        "/api/v1/accounts/me/second-factor/removal",
        "/api/v1/accounts/new-passwords",
        "/api/v1/sessions",
    }
)
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


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """As Django's, but what nobody can see is no character of a password; a space is one."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate("".join(one for one in normalized(password) if one == " " or is_visible(one)), user)


class DifferentCharactersValidator:
    """Eight spaces, or one letter or two eight times, are what a guesser tries first."""

    def validate(self, password: str, user: object = None) -> None:
        if len({one for one in normalized(password).casefold() if is_visible(one)}) < MIN_DIFFERENT:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        return words(
            en=f"A password has at least {MIN_DIFFERENT} different characters that can be seen.",
            ko=f"비밀번호에는 서로 다른 글자가 {MIN_DIFFERENT}개 이상 있어야 해요.",
        )


class MaximumLengthValidator:
    """For AUTH_PASSWORD_VALIDATORS: the admin and the commands have the API's limit too."""

    def validate(self, password: str, user: object = None) -> None:
        if len(normalized(password)) > MAX_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"비밀번호는 {MAX_LENGTH}자까지 쓸 수 있어요."
