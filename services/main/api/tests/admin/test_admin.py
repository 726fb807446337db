"""Operators work in Django's admin, in Korean; nobody else gets in."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from conftest import MakeAccount
from salons.models import Salon

pytestmark = pytest.mark.django_db
PASSWORD = "operators-only-5"


@pytest.fixture
def at_work(make_account: MakeAccount) -> Client:
    call_command("seed", stdout=StringIO())
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)
    client = Client()
    client.post("/admin/login/?next=/admin/", {"username": operator.email, "password": PASSWORD})
    return client


def test_every_page_opens_for_an_operator(at_work: Client) -> None:
    start = at_work.get("/admin/")

    assert start.status_code == 200
    for word in ("댕댕살롱 운영", "살롱", "예약", "계정", "로그아웃"):
        assert word in start.content.decode()
    for model, page in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert at_work.get(reverse(f"{base}_changelist")).status_code == 200, model
        if page.has_add_permission(at_work.get("/admin/").wsgi_request):
            assert at_work.get(reverse(f"{base}_add")).status_code == 200, model


def test_an_operator_changes_a_salon(at_work: Client) -> None:
    salon = Salon.objects.get(name="멍스타일")
    page = reverse("admin:salons_salon_change", args=[salon.pk])
    form = at_work.get(page).context["adminform"].form
    inlines = at_work.get(page).context["inline_admin_formsets"]
    fields = {name: form[name].value() for name in form.fields} | {"summary": "새로 단장했어요"}
    for inline in inlines:
        management = inline.formset.management_form
        fields |= {management.add_prefix(name): value for name, value in management.initial.items()}
        for one in inline.formset.initial_forms:
            fields |= {one.add_prefix(name): one[name].value() for name in one.fields if one[name].value() is not None}

    answer = at_work.post(page, fields)

    assert answer.status_code == 302, answer.context["errors"]
    salon.refresh_from_db()
    assert salon.summary == "새로 단장했어요"


@pytest.mark.parametrize("foreign", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_whoever_comes_in_from_elsewhere_comes_to_the_first_page(make_account: MakeAccount, foreign: str) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)

    answer = Client().post(f"/admin/login/?next={foreign}", {"username": operator.email, "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("role", ["customer", "groomer"])
def test_others_do_not_get_in(make_account: MakeAccount, role: str) -> None:
    account = make_account(role=role, password=PASSWORD)
    client = Client()

    client.post("/admin/login/", {"username": account.email, "password": PASSWORD})

    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/salons/salon/").status_code == 302


def test_guessing_at_the_admins_sign_in_is_stopped_too(make_account: MakeAccount) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)
    client = Client()
    for _ in range(10):
        client.post("/admin/login/", {"username": operator.email, "password": "guess"})

    answer = client.post("/admin/login/", {"username": operator.email, "password": PASSWORD})

    assert "시도가 너무 많아요" in answer.content.decode()
    assert client.get("/admin/").status_code == 302
