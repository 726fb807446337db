"""Views for which nobody needs to have signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.views import APIView

from api.callers.authentication import AccessTokenAuthentication


class AnonymousView(APIView):
    """Answers everybody alike and looks at no token: somebody whose token ran out may still look around."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class PublicView(APIView):
    """Anybody reads (GET, HEAD); a good token may show its owner more, and a token that ran out is ignored.

    Writing is for those whom entry.access names, as everywhere.
    """

    def get_authenticators(self) -> list[BaseAuthentication]:
        if self._only_reads():
            return [AccessTokenAuthentication(strangers_may_come=True)]
        return super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self._only_reads() else super().get_permissions()

    def _only_reads(self) -> bool:
        # drf-spectacular asks while there is no request.
        method: str | None = getattr(self.request, "method", None)
        return method in SAFE_METHODS
