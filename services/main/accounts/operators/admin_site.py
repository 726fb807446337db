"""Django's admin with the API's rules for coming in: the same limits, and devices that strangers cannot lock out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponse

from accounts.credentials import limits
from accounts.credentials.canonical import UnfitEmail, canonical_email
from accounts.credentials.devices import device_of, remember_device
from accounts.credentials.limits import Caller
from api.callers.client_address import client_network
from salon_contracts.http.problem import Problem


class LimitedSignIn(AdminAuthenticationForm):
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
        except Problem as problem:  # too many attempts, or too many passwords at once
            raise ValidationError(problem.title_ko, code=problem.code) from problem
        limits.forget_failures(caller)
        return cleaned


class SalonAdminSite(admin.AdminSite):
    site_header = "댕댕살롱 운영"
    site_title = "댕댕살롱"
    index_title = "관리"
    login_form = LimitedSignIn

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            remember_device(response, request.user.get_username(), device=device_of(request))
        return response
