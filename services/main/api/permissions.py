"""Endpoints for one role. The answer to the others is `forbidden`; to strangers, `not-signed-in`."""

from __future__ import annotations

from typing import ClassVar, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from api.callers.identity import Identity, Role


class _HasRole(BasePermission):
    role: ClassVar[Role]

    def has_permission(self, request: Request, view: APIView) -> bool:
        identity = cast(Identity | None, request.user)
        return identity is not None and identity.role == self.role


class IsCustomer(_HasRole):
    role = "customer"


class IsOperator(_HasRole):
    role = "operator"
