"""Texts that people wrote and that are stored, each with its rule: what was stored before the rule is found by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.credentials.canonical import UnfitEmail, canonical_email
from accounts.models import Account
from api.inputs.text import UnfitText, clean_line, clean_text, mended
from coupons.models import CouponEvent
from coupons.operating.mending import mend_texts

Rule = Callable[[str], str]

WRITTEN_BY_PEOPLE: dict[str, dict[str, Rule]] = {
    "accounts.Account": {"name": clean_line},
    "bookings.TimeOff": {"note": clean_line},
    "dogs.Dog": {"name": clean_line, "health_notes": clean_text},
    "reviews.Review": {"text": clean_text, "reply": clean_text},
    "salons.Region": {"city": clean_line, "district": clean_line},
    "salons.Salon": {"name": clean_line, "address": clean_line, "summary": clean_line},
    "salons.Groomer": {"name": clean_line},
    "salons.Treatment": {"name": clean_line},
    "salons.ClosedDay": {"note": clean_line},
    "coupons.CouponEvent": {"title": clean_line, "message_ko": clean_text, "message_en": clean_text},
}
# Of a name of which nothing can be seen.
NAMELESS = "?"


class UnfitRow(NamedTuple):
    """`texts` are what its columns should say."""

    label: str
    row: models.Model
    texts: dict[str, str]


def unfit_rows() -> Iterator[UnfitRow]:
    for label, rules in WRITTEN_BY_PEOPLE.items():
        model = apps.get_model(label)
        for row in model._base_manager.order_by("pk").iterator(chunk_size=500):  # noqa: SLF001  # Django's public name
            texts = {name: fit for name, rule in rules.items() if (fit := _mended(row, name, rule)) is not None}
            if texts:
                yield UnfitRow(label, row, texts)


def _mended(row: models.Model, name: str, rule: Rule) -> str | None:
    """None for what is as it should be."""
    text: str = getattr(row, name)
    try:
        if rule(text) == text:
            return None
    except UnfitText:
        pass
    column: Any = row._meta.get_field(name)  # noqa: SLF001  # Django's public name
    return mended(text, rule)[: column.max_length].rstrip() or ("" if column.blank else NAMELESS)


def mend(found: UnfitRow) -> bool:
    """False where another row has that name already: an operator decides what the two are."""
    if isinstance(found.row, CouponEvent):
        mend_texts(event_id=found.row.pk, texts=found.texts, now=timezone.now())
        return True
    try:
        with transaction.atomic():
            type(found.row)._base_manager.filter(pk=found.row.pk).update(**found.texts)  # noqa: SLF001
    except IntegrityError:
        return False
    return True


def accounts_with_unfit_addresses() -> list[int]:
    """Nobody can mend these but who knows the person."""
    unfit = []
    for account_id, email in Account.objects.values_list("pk", "email").iterator(chunk_size=500):
        try:
            canonical_email(email)
        except UnfitEmail:
            unfit.append(account_id)
    return unfit
