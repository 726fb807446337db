"""/healthz, /readyz and /metrics, answered before Django, so that busy or hanging request threads cannot hide them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from django.db import Error as DatabaseError
from django.db import connections
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from salon_contracts.http.problem import DependencyDown
from salon_contracts.http.refusals import Overloaded
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving import readiness
from serving.request_threads import answer, refuse

log = get_logger(__name__)

MYSQL_ANSWERS_WITHIN_SECONDS = 1.5


class WithProbes:
    """An ASGI application around another."""

    def __init__(self, application: Any) -> None:
        self._application = application
        # One thread with a connection of its own: a probe never waits for a request thread.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        match scope["path"]:
            case "/healthz":
                await answer(send, status=HTTPStatus.OK, body=b"ok\n", content_type="text/plain")
            case "/readyz":
                await self._answer_readiness(scope, send)
            case "/metrics":
                await answer(send, status=HTTPStatus.OK, body=generate_latest(), content_type=CONTENT_TYPE_LATEST)
            case _:
                await self._application(scope, receive, send)

    async def _answer_readiness(self, scope: dict[str, Any], send: Any) -> None:
        """Only MySQL is needed for everything; without the others a part still works.

        Of a group one member that can be read is enough: without a primary people still look around, and a balancer
        that takes every instance out would leave them nothing.
        """
        if readiness.is_turning_away():
            await refuse(Overloaded("This instance is about to stop", retry_after_seconds=1), scope, send)
        elif not await self._mysql_answers():
            await refuse(DependencyDown(dependency="mysql", retry_after_seconds=1), scope, send)
        else:
            await answer(send, status=HTTPStatus.OK, body=b"ready\n", content_type="text/plain")

    async def _mysql_answers(self) -> bool:
        asked = asyncio.get_running_loop().run_in_executor(self._thread, _ask_mysql)
        try:
            async with asyncio.timeout(MYSQL_ANSWERS_WITHIN_SECONDS):
                return await asked
        except TimeoutError:
            return False


def _ask_mysql() -> bool:
    return any(_answers(alias) for alias in sorted(connections, reverse=True))


def _answers(alias: str) -> bool:
    connection = connections[alias]
    try:
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        outage(log.warning, "not_ready", database=alias, reason=str(error.args[:1]))
        connection.close()
        return False
    return True
