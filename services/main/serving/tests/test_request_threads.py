"""Requests that take long hold a few of the threads, and the others are there for everybody else."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from django.urls import URLPattern, reverse

import accounts.urls
from accounts.credentials.passwords import AT_ONCE, CHECKED_AT
from accounts.social.providers.here import ASKED_AT
from config.sign_in_providers import PROVIDERS
from entry.asgi import REQUEST_THREADS, http
from serving.request_threads import DjangoOnThreads, answer


@pytest.fixture
async def main() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(http())  # type: ignore[arg-type]  # scopes of ASGI are dictionaries
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=30) as client:
        yield client


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Until it is set, whoever has a thread to have a password checked, or a provider asked, keeps it."""
    event = asyncio.Event()

    async def handle(self: DjangoOnThreads, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["path"] in CHECKED_AT | ASKED_AT:
            await event.wait()
        await answer(send, status=HTTPStatus.OK, body=b"{}", content_type="application/json")

    monkeypatch.setattr(DjangoOnThreads, "handle", handle)
    return event


@pytest.mark.parametrize("path", sorted(CHECKED_AT | ASKED_AT))
async def test_while_passwords_are_checked_or_providers_asked_people_look_around(
    main: httpx.AsyncClient, checked: asyncio.Event, path: str
) -> None:
    sign_ins = [asyncio.create_task(main.post(path, json={})) for _ in range(2 * REQUEST_THREADS)]
    await asyncio.sleep(0.1)

    looked = await main.get("/api/v1/salons")

    assert looked.status_code == 200
    assert not any(task.done() for task in sign_ins)
    checked.set()
    assert {done.status_code for done in await asyncio.gather(*sign_ins)} == {200}


def _takes_long(pattern: URLPattern) -> bool:
    """By its source: it checks or makes a password, or asks a provider."""
    words = (
        r"account_with_password\(|services\.(sign_in|sign_up|set_new_password)\(|vouched_by\(|by_code\(|address_of\("
    )
    return re.search(words, inspect.getsource(vars(pattern.callback)["view_class"])) is not None


def _addresses_of(pattern: URLPattern) -> list[str]:
    path = f"/api/v1/{pattern.pattern}"
    return [path.replace("<str:provider>", provider) for provider in (PROVIDERS if "provider" in path else [""])]


def test_the_paths_that_wait_for_each_other_are_those_of_the_views_that_take_long() -> None:
    """A path that is spelled wrong, or forgotten, would let its requests take all threads."""
    long = [pattern for pattern in accounts.urls.urlpatterns if _takes_long(pattern)]
    paths = {path for pattern in long for path in _addresses_of(pattern)}

    assert paths | {reverse("admin:login")} == CHECKED_AT | ASKED_AT


async def test_who_waited_too_long_for_a_thread_is_refused_and_the_next_ones_are_served(
    main: httpx.AsyncClient, checked: asyncio.Event
) -> None:
    sign_ins = [asyncio.create_task(main.post("/api/v1/sessions", json={})) for _ in range(AT_ONCE + 3)]
    done, held = await asyncio.wait(sign_ins, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(0.5)
    refused = [task.result() for task in sign_ins if task.done()]

    assert done
    assert held
    assert {(one.status_code, one.json()["code"]) for one in refused} == {(503, "overloaded")}
    checked.set()
    await asyncio.gather(*sign_ins)
    assert (await main.post("/api/v1/sessions", json={})).status_code == 200
