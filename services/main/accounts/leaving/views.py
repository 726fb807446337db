"""The endpoint of deleting one's account."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.credentials.present_password import account_with_password
from accounts.errors import AccountIsNeeded, SignInAgain, TooManyAttempts, WrongPassword
from accounts.input_fields import PasswordField
from accounts.leaving.services import delete_account
from accounts.sessions.cookies import clear_session_cookies
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictSerializer
from salon_contracts.http.problem import Forbidden


class MyDeletionView(APIView):
    class Input(StrictSerializer):
        password = PasswordField(required=False)

    @extend_schema(
        operation_id="delete_my_account",
        request=Input,
        responses=answers({204: None}, AccountIsNeeded, WrongPassword, SignInAgain, Forbidden, TooManyAttempts),
    )
    def post(self, request: Request) -> Response:
        """Delete my account, at once and for good. Bookings and coupons stay, without a name.

        Who has no password signs in again first, within ten minutes.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        account = account_with_password(request, data.validated_data.get("password"))

        delete_account(account=account, now=timezone.now())

        response = Response(status=204)
        clear_session_cookies(response)
        return response
