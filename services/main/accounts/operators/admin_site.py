"""Django's admin with the API's rules for coming in: the same limits, and devices that strangers cannot lock out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.utils import timezone

from accounts.credentials import limits
from accounts.credentials.canonical import UnfitEmail, canonical_email
from accounts.credentials.devices import device_of, remember_device
from accounts.credentials.limits import Caller
from accounts.models import Account
from accounts.second_factor.services import has_second_factor, insist_on_second_factor
from api.callers.client_address import client_network
from config.env import env
from salon_contracts.http.problem import Problem


class LimitedSignIn(AdminAuthenticationForm):
    code = forms.CharField(
        label="인증 코드",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
        help_text="2단계 인증을 쓰는 경우",
    )

    def clean(self) -> dict[str, Any]:
        if self.request is None or "username" not in self.cleaned_data:
            raise self.get_invalid_login_error()
        try:
            email = canonical_email(self.cleaned_data["username"])
        except UnfitEmail as error:
            raise self.get_invalid_login_error() from error
        caller = Caller(email=email, network=client_network(self.request), device=device_of(self.request))
        try:
            limits.allow_sign_in(caller)
            cleaned = super().clean()
            self._insist_on_second_factor()
        except Problem as problem:  # too many attempts, or too many passwords at once
            raise ValidationError(problem.title_ko, code=problem.code) from problem
        limits.forget_failures(caller)
        return cleaned

    def _insist_on_second_factor(self) -> None:
        account = self.get_user()
        if isinstance(account, Account):
            insist_on_second_factor(account, code=self.cleaned_data.get("code"), now=timezone.now())


class SalonAdminSite(admin.AdminSite):
    site_header = "댕댕살롱 운영"
    site_title = "댕댕살롱"
    index_title = "관리"
    login_form = LimitedSignIn
    login_template = "accounts/operators_sign_in.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Where a second factor is a must, also those who came in before it was have one."""
        account = request.user
        if not super().has_permission(request) or not isinstance(account, Account):
            return False
        is_must = env.operators_need_second_factor and account.role == Account.Role.OPERATOR
        return not is_must or has_second_factor(account_id=account.pk)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            remember_device(response, request.user.get_username(), device=device_of(request))
        return response
