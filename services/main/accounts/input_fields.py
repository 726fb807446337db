"""What people type to come in."""

from __future__ import annotations

from typing import Any
from unicodedata import category

from rest_framework.exceptions import ValidationError

from accounts.credentials.canonical import MAX_LENGTH, UnfitEmail, canonical_email, is_nobodys
from accounts.credentials.passwords import MAX_LENGTH as PASSWORD_MAX_LENGTH
from accounts.credentials.passwords import normalized
from accounts.mailed.links import TOKEN_MAX_LENGTH as LINK_MAX_LENGTH
from api.inputs.body_fields import StrictStringField
from api.language import words


class EmailAddressField(StrictStringField):
    """Comes out in its canonical form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if len(text) > MAX_LENGTH:
            self.fail("max_length", max_length=MAX_LENGTH)
        try:
            email = canonical_email(text)
            if is_nobodys(email):
                raise UnfitEmail("of nobody")
        except UnfitEmail as error:
            message = words(en="This is not an e-mail address", ko="이메일 주소 형식이 아니에요")
            raise ValidationError(message, code="invalid") from error
        return email


class LinkTokenField(StrictStringField):
    """What stands behind `#` in a link that was mailed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LINK_MAX_LENGTH, **options)


class CodeField(StrictStringField):
    """Of an authenticator app, or a recovery code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)


class PasswordField(StrictStringField):
    """Any characters that can be typed, spaces at the ends too, in NFC: Macs may type what others set."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=PASSWORD_MAX_LENGTH, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        password = normalized(super().to_internal_value(data))
        if any(category(letter) in {"Cc", "Cs"} for letter in password):
            message = words(
                en="A password holds no line breaks, tabs or other characters without a form",
                ko="비밀번호에는 줄바꿈, 탭 같은 제어 문자를 쓸 수 없어요",
            )
            raise ValidationError(message, code="invalid")
        return password
