"""The endpoints of one's e-mail address."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.addresses import services
from accounts.credentials import limits
from accounts.credentials.present_password import account_with_password
from accounts.errors import (
    EmailIsConfirmed,
    EmailTaken,
    NoEmail,
    SignInAgain,
    TooManyAttempts,
    UnfitLink,
    WrongPassword,
)
from accounts.input_fields import EmailAddressField, LinkTokenField, PasswordField
from accounts.queries import active_account
from accounts.serializers import AccountShown, EmailShown
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.client_address import client_network
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictSerializer
from api.public import AnonymousView


class EmailConfirmationsView(AnonymousView):
    class Input(StrictSerializer):
        token = LinkTokenField()

    @extend_schema(operation_id="confirm_email", request=Input, responses=answers({200: EmailShown}, UnfitLink))
    def post(self, request: Request) -> Response:
        """Confirm an e-mail address by the token of the link that went there. The next access token says so."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        account = services.confirm_email(token=data.validated_data["token"], now=timezone.now())

        return Response(EmailShown(account).data)


class MyEmailConfirmationView(APIView):
    class Input(StrictSerializer):
        pass

    @extend_schema(
        operation_id="send_email_confirmation",
        request=Input,
        responses=answers({202: None}, EmailIsConfirmed, NoEmail, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Send the mail with the confirming link again."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        account = active_account(account_id=asker(request).account_id)
        if account.reachable_at is None:
            raise NoEmail
        limits.allow_mail(kind="confirm-email", email=account.email, network=client_network(request))

        services.send_confirmation_again(account=account, now=timezone.now())

        return Response(status=202)


class MyEmailView(APIView):
    class Input(StrictSerializer):
        email = EmailAddressField()
        password = PasswordField(required=False)

    @extend_schema(
        operation_id="ask_to_change_email",
        request=Input,
        responses=answers({202: None}, WrongPassword, SignInAgain, EmailTaken, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Ask for another e-mail address. A link goes there; until it is opened the old one stays."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        email = data.validated_data["email"]
        account = account_with_password(request, data.validated_data.get("password"))
        limits.allow_mail(kind="change-email", email=email, network=client_network(request))

        services.ask_to_change_email(email=email, account=account, now=timezone.now())

        return Response(status=202)


class MyEmailChangeView(APIView):
    class Input(StrictSerializer):
        token = LinkTokenField()

    @extend_schema(
        operation_id="change_email", request=Input, responses=answers({200: AccountShown}, UnfitLink, EmailTaken)
    )
    def post(self, request: Request) -> Response:
        """Change the e-mail address, with the token of the link that went to the new one, signed in as the account."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        account = services.change_email(token=data.validated_data["token"], by=by_asker(request))

        return Response(AccountShown(account).data)
