"""The endpoints of accounts and sessions."""

from __future__ import annotations

from typing import Any

from django.middleware.csrf import rotate_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries, services
from accounts.credentials import limits
from accounts.credentials.devices import (
    TOKEN_MAX_LENGTH,
    device_in,
    device_of,
    device_token_for,
    known_or_new,
    remember_device,
)
from accounts.credentials.limits import Caller
from accounts.errors import (
    EmailTaken,
    InvalidRefreshToken,
    SecondFactorMissing,
    SecondFactorNeeded,
    TooManyAttempts,
    WrongCode,
    WrongCredentials,
)
from accounts.input_fields import CodeField, EmailAddressField, PasswordField
from accounts.own_sessions.client import client_of
from accounts.serializers import AccountShown, SessionShown
from accounts.services import SignedIn
from accounts.sessions.cookies import REFRESH_COOKIE, clear_session_cookies, set_session_cookies
from accounts.sessions.tokens import ACCESS_LIFETIME
from api.callers.authentication import asker, presented_by, refuse_foreign_write
from api.callers.client_address import client_network
from api.callers.identity import identify
from api.documents.openapi_answers import answers
from api.inputs.body_fields import CleanLineField, StrictSerializer, StrictStringField
from api.public import AnonymousView
from salon_contracts.http.access_tokens import insist_on_same_account
from salon_contracts.http.problem import ForeignOrigin, NotSignedIn, SignedInAsAnother


class AccountsView(AnonymousView):
    class Input(StrictSerializer):
        email = EmailAddressField()
        password = PasswordField()
        name = CleanLineField(max_length=50)

    @extend_schema(
        operation_id="sign_up", request=Input, responses=answers({201: AccountShown}, EmailTaken, TooManyAttempts)
    )
    def post(self, request: Request) -> Response:
        """Sign up as a customer, who signs in afterwards. A mail has a link that confirms the address."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        limits.allow_sign_up(address=client_network(request))

        account = services.sign_up(**data.validated_data, now=timezone.now())

        return Response(AccountShown(account).data, status=201)


class MeView(APIView):
    @extend_schema(operation_id="get_my_account", responses=answers({200: AccountShown}))
    def get(self, request: Request) -> Response:
        """The account that is signed in."""
        account = queries.active_account(account_id=asker(request).account_id)

        return Response(AccountShown(account).data)


class SessionsView(AnonymousView):
    class Input(StrictSerializer):
        email = EmailAddressField()
        password = PasswordField()
        client = serializers.ChoiceField(choices=["browser", "mobile"])
        device_token = StrictStringField(max_length=TOKEN_MAX_LENGTH, required=False)
        code = CodeField(required=False)

    @extend_schema(
        operation_id="sign_in",
        request=Input,
        responses=answers(
            {201: SessionShown}, WrongCredentials, SecondFactorNeeded, SecondFactorMissing, WrongCode, TooManyAttempts
        ),
    )
    def post(self, request: Request) -> Response:
        """Sign in. A browser gets cookies, a mobile client tokens in the body. A second factor goes into `code`."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        facts = data.validated_data
        known = device_in(facts.get("device_token")) or device_of(request._request)  # noqa: SLF001  # no public name
        caller = Caller(email=facts["email"], network=client_network(request), device=known)
        limits.allow_sign_in(caller)
        device = known_or_new(known)

        signed_in = services.sign_in(
            email=facts["email"],
            password=facts["password"],
            now=timezone.now(),
            client=client_of(request, kind=facts["client"], device_id=device.id),
            code=facts.get("code"),
        )

        limits.forget_failures(caller)
        if facts["client"] == "mobile":
            device_token = device_token_for(facts["email"], device=device)
            return with_tokens(signed_in, status=201, device_token=device_token)
        rotate_token(request._request)  # noqa: SLF001  # DRF has no public name for it
        response = with_cookies(signed_in, status=201)
        remember_device(response, facts["email"], device=device)
        return response

    @extend_schema(
        operation_id="sign_out",
        request=None,
        responses=answers({204: None}, NotSignedIn, ForeignOrigin, SignedInAsAnother),
    )
    def delete(self, request: Request) -> Response:
        """Sign out. The session of this device ends, with its tokens, sockets and streams."""
        authorization = request.headers.get("Authorization")
        refresh_token = request.COOKIES.get(REFRESH_COOKIE)

        if refresh_token and not authorization:
            refuse_foreign_write(request._request)  # noqa: SLF001  # DRF has no public name for it
            services.end_session_of(
                refresh_token=refresh_token, on_behalf_of=presented_by(request).on_behalf_of, now=timezone.now()
            )
        else:
            identity = identify(presented_by(request))
            if not authorization:
                refuse_foreign_write(request._request)  # noqa: SLF001  # DRF has no public name for it
            if identity.session_id:
                services.end_session(session_id=identity.session_id, now=timezone.now())

        response = Response(status=204)
        clear_session_cookies(response)
        return response


class RefreshView(AnonymousView):
    class Input(StrictSerializer):
        refresh_token = StrictStringField(max_length=100, required=False)

    @extend_schema(
        operation_id="refresh_session",
        request=Input,
        responses=answers({200: SessionShown}, InvalidRefreshToken, ForeignOrigin, SignedInAsAnother),
    )
    def post(self, request: Request) -> Response:
        """Exchange the refresh token for new tokens. Each is good once; a second use ends the session."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        from_body: str | None = data.validated_data.get("refresh_token")
        from_cookie = request.COOKIES.get(REFRESH_COOKIE)
        if not from_body:
            refuse_foreign_write(request._request)  # noqa: SLF001  # DRF has no public name for it

        refresh_token = from_body or from_cookie or ""
        _insist_on_same_account(request, refresh_token)

        signed_in = services.refresh_session(refresh_token=refresh_token, now=timezone.now(), client=client_of(request))

        if from_body:
            return with_tokens(signed_in, status=200)
        return with_cookies(signed_in, status=200)


def with_tokens(signed_in: SignedIn, *, status: int, **more: str) -> Response:
    session: dict[str, Any] = {
        "account": signed_in.account,
        "access_token": signed_in.access_token,
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "refresh_token": signed_in.refresh_token,
        **more,
    }
    return Response(SessionShown(session).data, status=status)


def with_cookies(signed_in: SignedIn, *, status: int) -> Response:
    response = Response(SessionShown({"account": signed_in.account}).data, status=status)
    set_session_cookies(response, signed_in)
    return response


def _insist_on_same_account(request: Request, refresh_token: str) -> None:
    """Raises SignedInAsAnother: a page of one person must not sign out another either."""
    presented = presented_by(request)
    account_id = queries.account_of_refresh_token(refresh_token)
    if account_id is not None:
        insist_on_same_account(account_id, header=presented.on_behalf_of, query_string=presented.query_string)
