"""Every job has an owner, waits through outages, and ends the process when it dies of anything else."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from coupon_queue.outages import is_outage
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

log = get_logger(__name__)

Job = Callable[[], Awaitable[None]]

_LONGEST_WAIT_SECONDS = 2.0


@asynccontextmanager
async def running(**jobs: Job) -> AsyncIterator[None]:
    """Run jobs for as long as the body lasts. A job that ends by itself stops the process."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_await(job), name=name) for name, job in jobs.items()]
        for task in tasks:
            task.add_done_callback(_stop_process)
        yield
        for task in tasks:
            task.cancel()


async def retry_forever(job: str, step: Job) -> None:
    """Repeat one step for ever. While a server is away, wait longer and longer, up to two seconds."""
    failures = 0
    while True:
        try:
            await step()
            failures = 0
        except Exception as error:
            if not is_outage(error):
                raise
            failures += 1
            outage(log.warning, "job_waits_for_a_server", job=job, failures=failures, error=repr(error))
            await asyncio.sleep(min(_LONGEST_WAIT_SECONDS, 0.05 * 2**failures))


async def wait_for(event: asyncio.Event, *, seconds: float) -> None:
    """Wait for the event, at most so long."""
    # Not wait_for: in Python 3.11 it swallows a cancellation that comes together with the event.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def _await(job: Job) -> None:
    await job()


def _stop_process(task: asyncio.Task[None]) -> None:
    # uvicorn keeps serving after a lifespan task dies, so ask it to stop.
    if not task.cancelled():
        log.error("job_died", job=task.get_name(), exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
