"""Every page of the admin answers what its own forms never send: with words, never with a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.db.models import DateField, ForeignKey
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import Account
from conftest import MakeAccount

pytestmark = pytest.mark.django_db
ODD = ("abc", "0", "1.5", "1e3", "\0", "\u202e", "9" * 40)
ODD_MOMENTS = (*ODD, "99999", "9999-12-31", "0001-01-01", "10000-01-01T00:00:00", "-1")
LOOKUPS = ("year", "month", "day", "date", "gte", "lt", "isnull")


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Once, in a transaction around those of the tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def at_work(_seeded: None, make_account: MakeAccount) -> Client:
    client = Client()
    client.force_login(make_account(role=Account.Role.OPERATOR))
    return client


def _pages() -> Iterator[tuple[str, Any, Any]]:
    for model, page in admin.site._registry.items():
        yield f"admin:{model._meta.app_label}_{model._meta.model_name}", model, page


def _relations(model: Any, page: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """The name of each field of a form that points to something, with what its form needs besides."""
    managements = {
        f"{prefix}-{count}": number
        for inline in page.inlines
        for prefix in [inline.model._meta.get_field(_to(inline.model, model)).remote_field.get_accessor_name()]
        for count, number in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))
    }
    for field in model._meta.fields:
        if isinstance(field, ForeignKey):
            yield field.name, managements
    for inline in page.inlines:
        prefix = inline.model._meta.get_field(_to(inline.model, model)).remote_field.get_accessor_name()
        for field in inline.model._meta.fields:
            if isinstance(field, ForeignKey) or field.primary_key:
                yield f"{prefix}-0-{field.name}", managements
                yield f"{prefix}-0-{field.name}", {**managements, f"{prefix}-INITIAL_FORMS": "1"}


def _to(model: Any, other: Any) -> Any:
    return next(field.name for field in model._meta.fields if field.related_model is other)


def _request_of(client: Client) -> HttpRequest:
    return client.get("/admin/").wsgi_request


@pytest.mark.parametrize("shift", range(2))
def test_odd_ids_in_forms(at_work: Client, shift: int) -> None:
    """Two values for each field, others for the next one."""
    request, tried = _request_of(at_work), 0

    for base, model, page in _pages():
        addresses = [reverse(f"{base}_add")] if page.has_add_permission(request) else []
        one = model._default_manager.first()
        if one is not None and page.has_change_permission(request, one):
            addresses.append(reverse(f"{base}_change", args=[one.pk]))
        for address in addresses:
            for name, besides in _relations(model, page):
                odd = ODD[(tried + shift * 3) % len(ODD)]
                tried += 1
                answer = at_work.post(address, {**besides, name: odd})
                assert answer.status_code in {200, 400, 404}, (address, name, odd)

    assert tried > 3 * len(ODD)


@pytest.mark.parametrize("odd", ODD)
def test_odd_choices_for_actions(at_work: Client, odd: str) -> None:
    request = _request_of(at_work)

    for base, model, page in _pages():
        before = set(model._default_manager.values_list("pk", flat=True))
        for action in [*page.get_actions(request), "no-such-action"]:
            for besides in ({"index": "0"}, {"confirmed": "1", "post": "yes"}):
                form = {"action": action, "_selected_action": [odd], **besides}
                answer = at_work.post(reverse(f"{base}_changelist"), form)
                assert answer.status_code in {200, 302, 400, 404}, (base, action)
        assert set(model._default_manager.values_list("pk", flat=True)) >= before


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_in_addresses(at_work: Client, odd: str) -> None:
    for base, _, _ in _pages():
        assert at_work.get(reverse(f"{base}_changelist"), {"q": odd}).status_code in {200, 302}, base
        assert at_work.get(reverse(f"{base}_change", args=[odd])).status_code in {302, 400, 404}, base


@pytest.mark.parametrize("odd", ODD_MOMENTS)
def test_odd_lookups_of_moments(at_work: Client, odd: str) -> None:
    """Any two of a column, a lookup and a value meet in one of these; all three would be thousands of pages."""
    moments = [
        (base, field.name)
        for base, model, _page in _pages()
        for field in model._meta.fields
        if isinstance(field, DateField)
    ]

    assert len(moments) > len(LOOKUPS)
    for number, (base, name) in enumerate(moments, start=ODD_MOMENTS.index(odd)):
        lookup = LOOKUPS[number % len(LOOKUPS)]
        answer = at_work.get(reverse(f"{base}_changelist"), {f"{name}__{lookup}": odd})
        assert answer.status_code in {200, 302, 400}, (base, name, lookup)
