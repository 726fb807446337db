"""Signing in through a provider in an app, and the providers that are connected to one's account."""

from __future__ import annotations

import time
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.credentials import limits
from accounts.credentials.devices import TOKEN_MAX_LENGTH, device_in, device_token_for, known_or_new
from accounts.credentials.present_password import account_with_password
from accounts.errors import SignInAgain, TooManyAttempts, WrongPassword
from accounts.input_fields import PasswordField
from accounts.models import SocialIdentity
from accounts.own_sessions.client import client_of
from accounts.serializers import SessionShown
from accounts.social import flows, services
from accounts.social.browser_views import PROVIDER
from accounts.social.errors import (
    AccountNotInUse,
    EmailNotConfirmed,
    IdentityIsAnothers,
    LastWayIn,
    OperatorsUsePasswords,
    ProviderAway,
    ProviderIsConnected,
    UnprovedIdentity,
)
from accounts.social.inputs import BackInput, ProofInput, vouched_by
from accounts.social.providers.here import provider_named
from accounts.social.providers.remote import ANSWER_SECONDS
from accounts.views import with_tokens
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.client_address import client_network
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictStringField
from api.public import AnonymousView
from salon_contracts.http.problem import Forbidden, NotFound


class IdentityShown(serializers.Serializer[SocialIdentity]):
    provider = serializers.CharField(help_text="google, kakao or naver")
    connected_at = serializers.DateTimeField()


class IdentitiesShown(serializers.Serializer[Any]):
    items = IdentityShown(many=True)


class GoThere(serializers.Serializer[Any]):
    go_to = serializers.URLField(help_text="of the provider, for this browser")


class ProviderSessionsView(AnonymousView):
    class Input(ProofInput):
        device_token = StrictStringField(max_length=TOKEN_MAX_LENGTH, required=False)

    @extend_schema(
        operation_id="sign_in_with_provider",
        parameters=[PROVIDER],
        request=Input,
        responses=answers(
            {201: SessionShown},
            UnprovedIdentity,
            AccountNotInUse,
            OperatorsUsePasswords,
            ProviderAway,
            TooManyAttempts,
            NotFound,
        ),
    )
    def post(self, request: Request, provider: str) -> Response:
        """Sign in in an app, with an id token of Google or Kakao that was made for it, or with a code of any provider.

        Who was not here before is a new customer. Each token and code is good once.
        """
        named = provider_named(provider)
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        network = client_network(request)
        limits.allow_try_from(network)

        vouched = vouched_by(named, data.validated_data)
        limits.forget_try_from(network)
        device = known_or_new(device_in(data.validated_data.get("device_token")))
        signed_in = services.sign_in_with(
            vouched, now=timezone.now(), client=client_of(request, kind="mobile", device_id=device.id)
        )

        return with_tokens(signed_in, status=201, device_token=device_token_for(signed_in.account.email, device=device))


class MyIdentitiesView(APIView):
    @extend_schema(operation_id="list_my_identities", responses=answers({200: IdentitiesShown}, Forbidden))
    def get(self, request: Request) -> Response:
        """List the providers through which I can sign in."""
        mine = SocialIdentity.objects.filter(account=asker(request).account_id).order_by("provider")

        return Response(IdentitiesShown({"items": mine}).data)


class MyIdentityView(APIView):
    class Input(ProofInput):
        password = PasswordField(required=False)

    @extend_schema(
        operation_id="connect_identity",
        parameters=[PROVIDER],
        request=Input,
        responses=answers(
            {201: IdentityShown},
            *(UnprovedIdentity, ProviderAway, NotFound, Forbidden, OperatorsUsePasswords),
            *(IdentityIsAnothers, ProviderIsConnected, EmailNotConfirmed, WrongPassword, SignInAgain, TooManyAttempts),
        ),
    )
    def post(self, request: Request, provider: str) -> Response:
        """Connect a provider to my account, from an app.

        With the password; who has none has signed in within the last ten minutes.
        """
        named = provider_named(provider)
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        me = asker(request)
        account_with_password(request, data.validated_data.get("password"))

        vouched = vouched_by(named, data.validated_data)
        identity = services.connect(
            vouched, account_id=me.account_id, session_id=_text(me.session_id), now=timezone.now()
        )

        return Response(IdentityShown(identity).data, status=201)

    @extend_schema(
        operation_id="disconnect_identity",
        parameters=[PROVIDER],
        request=None,
        responses=answers({204: None}, NotFound, LastWayIn, Forbidden),
    )
    def delete(self, request: Request, provider: str) -> Response:
        """Disconnect a provider from my account. Not the last way in. All other sessions end; this one goes on."""
        services.disconnect(provider=provider, keep_session=asker(request).session_id, by=by_asker(request))

        return Response(status=204)


class MyIdentityInBrowserView(APIView):
    class Input(BackInput):
        password = PasswordField(required=False)

    @extend_schema(
        operation_id="begin_connecting_identity",
        parameters=[PROVIDER],
        request=Input,
        responses=answers(
            {200: GoThere}, ProviderAway, NotFound, Forbidden, WrongPassword, SignInAgain, TooManyAttempts
        ),
    )
    def post(self, request: Request, provider: str) -> Response:
        """Begin to connect a provider in a browser, which then goes to `go_to` and comes back to `return_to`."""
        named = provider_named(provider)
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        me = asker(request)
        account_with_password(request, data.validated_data.get("password"))

        flow = flows.begin(
            provider,
            return_to=data.validated_data["return_to"],
            connects=me.account_id,
            session=_text(me.session_id),
        )
        address = flows.address_of(flow, named, deadline=time.monotonic() + ANSWER_SECONDS)

        response = Response(GoThere({"go_to": address}).data)
        flows.remember(response, flow)
        return response


def _text(session_id: object) -> str | None:
    return str(session_id) if session_id else None
