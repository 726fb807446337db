"""Whatever page of the admin it is written on, text that people read is what the API would take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import CharField, Field

from accounts.credentials.canonical import CanonicalEmailField
from api.inputs.model_fields import IdentifierField
from salons.models import Salon


def _written_in_the_admin() -> Iterator[Field[Any, Any]]:
    """Fields of free text in forms of pages and their inlines."""
    for model, page in admin.site._registry.items():
        for one in (model, *(inline.model for inline in page.inlines)):
            for field in one._meta.fields:
                is_free = isinstance(field, CharField) and not field.choices and field.editable
                if is_free and not isinstance(field, (IdentifierField, CanonicalEmailField)):
                    yield field


FIELDS = [field for field in dict.fromkeys(_written_in_the_admin()) if field.model._meta.app_label in {"salons"}]


@pytest.mark.parametrize("field", FIELDS, ids=str)
@pytest.mark.parametrize("unfit", ["\u202e", "\u3164", "몽\u202e글", "\0", "두\n줄", "\u200b", " "])
def test_unfit_text_is_refused(field: Field[Any, Any], unfit: str) -> None:
    if field.blank and not unfit.strip():
        return
    with pytest.raises(ValidationError):
        field.clean(unfit, None)


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_fit_text_is_kept_clean(field: Field[Any, Any]) -> None:
    assert field.clean("  몽글몽글\u3000살롱 ", None) == "몽글몽글 살롱"


def test_there_is_text() -> None:
    assert Salon._meta.get_field("summary") in FIELDS
