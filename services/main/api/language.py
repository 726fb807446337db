"""Our own sentences in both languages. Django's and DRF's come from their catalogues."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.utils.functional import lazy
from django.utils.translation import get_language


def words(*, en: str, ko: str) -> str:
    """The one that the caller of this request reads."""
    return en if asked_language() == "en" else ko


def asked_language() -> str:
    """The caller's, for what is written to them later."""
    return "en" if get_language() == "en" else "ko"


# For what is written once and read in many languages: labels and messages of classes.
words_later = cast(Callable[..., str], lazy(words, str))
