"""What people type to come in."""

from __future__ import annotations

from typing import Any
from unicodedata import category

from accounts.credentials.canonical import MAX_LENGTH, UnfitEmail, canonical_email
from accounts.credentials.passwords import MAX_LENGTH as PASSWORD_MAX_LENGTH
from accounts.credentials.passwords import normalized
from api.inputs.body_fields import StrictStringField


class EmailAddressField(StrictStringField):
    """Comes out in its canonical form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if len(text) > MAX_LENGTH:
            self.fail("max_length", max_length=MAX_LENGTH)
        try:
            return canonical_email(text)
        except UnfitEmail:
            self.fail("invalid")


class PasswordField(StrictStringField):
    """Any characters that can be typed, spaces at the ends too, in NFC: Macs may type what others set."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=PASSWORD_MAX_LENGTH, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        password = normalized(super().to_internal_value(data))
        if any(category(letter) in {"Cc", "Cs"} for letter in password):
            self.fail("invalid")
        return password
