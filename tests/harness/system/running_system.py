"""Whether there is a system to play on."""

from __future__ import annotations

import aiohttp

from tests.harness.system.backstage import NotUp


async def refuse_if_down(http: aiohttp.ClientSession, base_url: str) -> None:
    """Ask every kind of process that listens. Raises NotUp."""
    for path, what in (("healthz", "nginx"), ("api/v1/salons", "main"), ("queue/v1/events/nothing", "queue")):
        try:
            async with http.get(path, timeout=aiohttp.ClientTimeout(total=10)) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotUp(f"nobody answers at {base_url} ({type(error).__name__}). Start it with `make run`.") from error
        if status >= 500:
            raise NotUp(f"{what} is not up: {base_url}/{path} answers {status}. See the logs that `make run` names.")
