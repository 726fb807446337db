"""Room for costly work: so much at once in this process, and less of it for one account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from salon_contracts.http.problem import RateLimited

IN_PROCESS = 32
PER_ACCOUNT = 2
WAIT_SECONDS = 5.0


class Slots:
    """Only the event loop uses it."""

    def __init__(self, *, in_process: int = IN_PROCESS, per_account: int = PER_ACCOUNT) -> None:
        self._per_account = per_account
        self._all = asyncio.Semaphore(in_process)
        self._of_account: dict[int, asyncio.Semaphore] = {}
        self._users: dict[int, int] = {}

    def __len__(self) -> int:
        """For how many accounts something is kept."""
        return len(self._users)

    @asynccontextmanager
    async def slot(self, account_id: int, *, wait_seconds: float = WAIT_SECONDS) -> AsyncIterator[None]:
        """Raises RateLimited when none became free in time."""
        own = self._of_account.setdefault(account_id, asyncio.Semaphore(self._per_account))
        self._users[account_id] = self._users.get(account_id, 0) + 1
        try:
            await self._acquire(own, wait_seconds)
            try:
                yield
            finally:
                self._all.release()
                own.release()
        finally:
            self._users[account_id] -= 1
            if not self._users[account_id]:
                del self._users[account_id], self._of_account[account_id]

    async def _acquire(self, own: asyncio.Semaphore, wait_seconds: float) -> None:
        try:
            async with asyncio.timeout(wait_seconds):
                await own.acquire()
                try:
                    await self._all.acquire()
                except BaseException:
                    own.release()
                    raise
        except TimeoutError as error:
            raise RateLimited(retry_after_seconds=1) from error
