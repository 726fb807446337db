"""Who comes in is told what is wrong with what they typed, in their language."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import Field

from accounts.input_fields import EmailAddressField, PasswordField

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("field", "typed", "en", "ko"),
    [
        (EmailAddressField(), "me", "e-mail address", "이메일"),
        (EmailAddressField(), "me@nowhere", "e-mail address", "이메일"),
        (EmailAddressField(), "@salon.example", "e-mail address", "이메일"),
        (PasswordField(), "good enough\n", "line breaks", "줄바꿈"),
        (PasswordField(), "good\tenough", "tabs", "탭"),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_caller(
    field: Field[object, object, object, object], typed: str, en: str, ko: str
) -> None:
    for language, expected in (("en", en), ("ko", ko)):
        with translation.override(language), pytest.raises(ValidationError, match=re.escape(expected)) as refused:
            field.run_validation(typed)
        (detail,) = list(refused.value.detail)
        assert isinstance(detail, ErrorDetail)
        assert detail.code == "invalid"
