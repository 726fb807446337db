"""The endpoints of changing and resetting a password."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.credentials import limits
from accounts.credentials.present_password import account_with_password
from accounts.errors import NoEmail, SignInAgain, TooManyAttempts, UnfitLink, WrongPassword
from accounts.input_fields import EmailAddressField, LinkTokenField, PasswordField
from accounts.new_passwords import services
from api.callers.authentication import asker
from api.callers.client_address import client_network
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictSerializer
from api.public import AnonymousView


class MyPasswordView(APIView):
    class Input(StrictSerializer):
        password = PasswordField(required=False)
        new_password = PasswordField()

    @extend_schema(
        operation_id="change_password",
        request=Input,
        responses=answers({204: None}, WrongPassword, SignInAgain, NoEmail, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Change my password, or set my first. All other sessions end; this one goes on."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        account = account_with_password(request, data.validated_data.get("password"))

        services.change_password(
            account=account,
            new_password=data.validated_data["new_password"],
            keep_session=asker(request).session_id,
            now=timezone.now(),
        )

        return Response(status=204)


class PasswordResetsView(AnonymousView):
    class Input(StrictSerializer):
        email = EmailAddressField()

    @extend_schema(operation_id="ask_for_new_password", request=Input, responses=answers({202: None}, TooManyAttempts))
    def post(self, request: Request) -> Response:
        """Ask for a mail with a link by which to set a new password. The answer is the same for every address."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        email = data.validated_data["email"]
        limits.allow_mail(kind="reset-password", email=email, network=client_network(request))

        services.ask_for_new_password(email=email, now=timezone.now())

        return Response(status=202)


class NewPasswordShown(serializers.Serializer[Any]):
    disconnected = serializers.ListField(
        child=serializers.CharField(),
        help_text="providers that signed in to the account until now: google, kakao, naver",
    )


class NewPasswordsView(AnonymousView):
    class Input(StrictSerializer):
        token = LinkTokenField()
        password = PasswordField()

    @extend_schema(
        operation_id="set_new_password", request=Input, responses=answers({200: NewPasswordShown}, UnfitLink)
    )
    def post(self, request: Request) -> Response:
        """Set a new password by the token of the link that was mailed. All sessions end: sign in afterwards.

        Whatever provider was connected is disconnected, whoever had connected it.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        disconnected = services.set_new_password(**data.validated_data, now=timezone.now())

        return Response(NewPasswordShown({"disconnected": disconnected}).data)
