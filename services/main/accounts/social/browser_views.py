"""Signing in through a provider in a browser: there and back by plain navigations. Refusals end at a page."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.credentials import limits
from accounts.credentials.devices import device_of, known_or_new, remember_device
from accounts.own_sessions.client import client_of
from accounts.sessions.cookies import set_session_cookies
from accounts.social import flows, services
from accounts.social.errors import ProviderAway, SignInCancelled, unproved
from accounts.social.flows import Flow
from accounts.social.inputs import BackInput
from accounts.social.providers.here import provider_named, provider_names
from accounts.social.providers.remote import ANSWER_SECONDS
from accounts.social.providers.vouched import Vouched
from api.callers.client_address import client_network
from api.documents.openapi_answers import answers
from api.public import AnonymousView
from salon_contracts.http.problem import NotFound, Problem

# Of the refusals of RFC 6749 and OpenID Connect the one that a person means.
_CANCELLED = {"access_denied", "consent_required", "interaction_required", "login_required"}
_LONGEST = 2_000
_TO_A_PAGE = OpenApiResponse(description="to a page, which is told in `?problem=` what was refused")
PROVIDER = OpenApiParameter("provider", {"type": "string", "enum": ["google", "kakao", "naver"]}, OpenApiParameter.PATH)


class ProviderShown(serializers.Serializer[Any]):
    provider = serializers.CharField(help_text="google, kakao or naver")


class ProvidersShown(serializers.Serializer[Any]):
    items = ProviderShown(many=True)


class SignInProvidersView(AnonymousView):
    @extend_schema(operation_id="list_sign_in_providers", responses=answers({200: ProvidersShown}))
    def get(self, request: Request) -> Response:
        """List the providers with which one can sign in here."""
        shown = [{"provider": name} for name in provider_names()]

        return Response(ProvidersShown({"items": shown}).data)


class SignInStartView(AnonymousView):
    @extend_schema(
        operation_id="begin_sign_in_at_provider",
        parameters=[PROVIDER, OpenApiParameter("return_to", str, description="a page of this site; `/` unless said")],
        responses=answers({302: OpenApiResponse(description="to the provider")}, NotFound),
    )
    def get(self, request: Request, provider: str) -> HttpResponse:
        """Send a browser to the provider to sign in. It comes back to the callback, and then to `return_to`."""
        data = BackInput(data={"return_to": request.query_params.get("return_to", "/")})
        data.is_valid(raise_exception=True)
        named = provider_named(provider)

        flow = flows.begin(provider, return_to=data.validated_data["return_to"])
        try:
            address = flows.address_of(flow, named, deadline=time.monotonic() + ANSWER_SECONDS)
        except ProviderAway as problem:
            return _refused(problem, flow)

        response = HttpResponseRedirect(address)
        flows.remember(response, flow)
        return response


class SignInCallbackView(AnonymousView):
    @extend_schema(
        operation_id="end_sign_in_at_provider",
        parameters=[PROVIDER, *(OpenApiParameter(name, str) for name in ("code", "state", "error"))],
        responses=answers({302: _TO_A_PAGE}, NotFound),
    )
    def get(self, request: Request, provider: str) -> HttpResponse:
        """Where the provider sends the browser back to. Only for the browser in which it began, and once."""
        named, flow = provider_named(provider), None
        try:
            flow = flows.taken(request._request, provider=provider, state=_asked(request, "state"))  # noqa: SLF001
            network = client_network(request)
            limits.allow_try_from(network)
            proof = flow.proof(_code_in(request, provider=provider))
            vouched = named.by_code(proof, deadline=time.monotonic() + ANSWER_SECONDS)
            limits.forget_try_from(network)
            response = _sign_in(request, flow, vouched) if flow.connects is None else _connect(flow, vouched)
        except Problem as problem:
            response = _refused(problem, flow)
        if flow is not None:
            flows.forget(response)
        return response


def _sign_in(request: Request, flow: Flow, vouched: Vouched) -> HttpResponse:
    device = known_or_new(device_of(request._request))  # noqa: SLF001  # DRF has no public name for it
    client = client_of(request, kind="browser", device_id=device.id)
    signed_in = services.sign_in_with(vouched, now=timezone.now(), client=client)
    rotate_token(request._request)  # noqa: SLF001  # DRF has no public name for it
    response = HttpResponseRedirect(flow.return_to)
    set_session_cookies(response, signed_in)
    remember_device(response, signed_in.account.email, device=device)
    return response


def _connect(flow: Flow, vouched: Vouched) -> HttpResponse:
    services.connect(vouched, account_id=flow.connects or 0, session_id=flow.session, now=timezone.now())
    return HttpResponseRedirect(flow.return_to)


def _asked(request: Request, name: str) -> str:
    return str(request.query_params.get(name, ""))[:_LONGEST]


def _code_in(request: Request, *, provider: str) -> str:
    """Raises SignInCancelled, UnprovedIdentity."""
    error, code = _asked(request, "error"), _asked(request, "code")
    if error:
        raise SignInCancelled if error in _CANCELLED else unproved(provider, f"refused there: {error[:50]}")
    if not code:
        raise unproved(provider, "came back without a code")
    return code


def _refused(problem: Problem, flow: Flow | None) -> HttpResponse:
    """A person is there, and reads a page. What failed for another reason is a 500 as everywhere."""
    if flow is not None and flow.connects is not None:
        return HttpResponseRedirect(f"/account?{urlencode({'problem': problem.code})}")
    facts = {"problem": problem.code} | ({"return_to": flow.return_to} if flow else {})
    return HttpResponseRedirect(f"/sign-in?{urlencode(facts)}")
