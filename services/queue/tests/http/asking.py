"""Asking queue over HTTP as somebody, or with a bad token."""

from __future__ import annotations

import json
from typing import Any

import aiohttp


def with_bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask(
    http: aiohttp.ClientSession, method: str, url: str, **options: Any
) -> tuple[int, dict[str, str], dict[str, Any]]:
    async with http.request(method, url, **options) as response:
        raw = await response.read()
        return response.status, dict(response.headers), json.loads(raw) if raw else {}
