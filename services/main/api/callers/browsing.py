"""Reads of what anybody may see: from a secondary where there is one, unless the asker has to see a write of theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.recent_writes import may_have_written_lately
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.mysql.reads import SECONDARY_ALIAS, reading_from_secondary, there_are_secondaries

log = get_logger(__name__)

Endpoint = Callable[..., Response]


def browsing(endpoint: Endpoint) -> Endpoint:
    """For a view method that writes nothing and whose answer may be a moment old.

    It is called again, on the primary, when no secondary can be read from.
    """

    @wraps(endpoint)
    def answer(view: APIView, request: Request, *args: Any, **options: Any) -> Response:
        if there_are_secondaries() and not may_have_written_lately(request):
            try:
                with reading_from_secondary():
                    return endpoint(view, request, *args, **options)
            except (OperationalError, InterfaceError) as error:
                outage(log.warning, "browsing_on_the_primary", reason=str(error.args[:1]))
                connections[SECONDARY_ALIAS].close()
        return endpoint(view, request, *args, **options)

    return answer
