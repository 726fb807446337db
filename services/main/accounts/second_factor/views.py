"""The endpoints of an operator's second factor."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.credentials.present_password import account_with_password
from accounts.errors import SecondFactorIsSetUp, SecondFactorMust, TooManyAttempts, WrongCode, WrongPassword
from accounts.input_fields import CodeField, PasswordField
from accounts.models import RecoveryCode
from accounts.queries import active_account
from accounts.second_factor import services
from api.callers.authentication import asker
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictSerializer
from salon_contracts.http.problem import Forbidden


class SecondFactorShown(serializers.Serializer[Any]):
    is_set_up = serializers.BooleanField()
    recovery_codes_left = serializers.IntegerField()


class SecondFactorOffered(serializers.Serializer[services.Offered]):
    secret = serializers.CharField(help_text="base32, for an app without a camera")
    uri = serializers.CharField(help_text="otpauth://…, for a QR code")


class RecoveryCodes(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField(), help_text="each lets in once; shown once")


class MySecondFactorView(APIView):
    class Input(StrictSerializer):
        password = PasswordField()

    @extend_schema(operation_id="get_my_second_factor", responses=answers({200: SecondFactorShown}, Forbidden))
    def get(self, request: Request) -> Response:
        """Whether a second factor is asked of me, and how many recovery codes are left."""
        account_id = asker(request).account_id

        shown = {
            "is_set_up": services.has_second_factor(account_id=account_id),
            "recovery_codes_left": RecoveryCode.objects.filter(factor=account_id).count(),
        }

        return Response(SecondFactorShown(shown).data)

    @extend_schema(
        operation_id="offer_second_factor",
        request=Input,
        responses=answers({201: SecondFactorOffered}, SecondFactorIsSetUp, WrongPassword, Forbidden, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Get a secret for an authenticator app. It counts when a code of it was shown."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        account = account_with_password(request, data.validated_data["password"])

        offered = services.offer_second_factor(account=account)

        return Response(SecondFactorOffered(offered).data, status=201)


class MySecondFactorConfirmationView(APIView):
    class Input(StrictSerializer):
        code = CodeField()

    @extend_schema(
        operation_id="confirm_second_factor",
        request=Input,
        responses=answers({200: RecoveryCodes}, WrongCode, SecondFactorIsSetUp, Forbidden, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Show a code of the app: from now on every sign-in asks for one, and my other sessions end."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        me = asker(request)

        codes = services.confirm_second_factor(
            account=active_account(account_id=me.account_id),
            code=data.validated_data["code"],
            keep_session=me.session_id,
            now=timezone.now(),
        )

        return Response(RecoveryCodes({"recovery_codes": codes}).data)


class MyRecoveryCodesView(APIView):
    class Input(StrictSerializer):
        password = PasswordField()
        code = CodeField()

    @extend_schema(
        operation_id="renew_recovery_codes",
        request=Input,
        responses=answers({200: RecoveryCodes}, WrongCode, WrongPassword, Forbidden, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Get new recovery codes; the old ones are worthless."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        account = account_with_password(request, data.validated_data["password"])

        codes = services.renew_recovery_codes(account=account, code=data.validated_data["code"], now=timezone.now())

        return Response(RecoveryCodes({"recovery_codes": codes}).data)


class MySecondFactorRemovalView(APIView):
    class Input(StrictSerializer):
        password = PasswordField()
        code = CodeField()

    @extend_schema(
        operation_id="remove_second_factor",
        request=Input,
        responses=answers({204: None}, WrongCode, WrongPassword, SecondFactorMust, Forbidden, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Let my second factor go."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        account = account_with_password(request, data.validated_data["password"])

        services.let_second_factor_go(account=account, code=data.validated_data["code"], now=timezone.now())

        return Response(status=204)
