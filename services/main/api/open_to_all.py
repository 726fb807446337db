"""Doors without a lock."""

from __future__ import annotations

from rest_framework.permissions import AllowAny
from rest_framework.views import APIView


class OpenToAll(APIView):
    """Nobody is asked who they are: somebody whose token ran out may still look around."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
