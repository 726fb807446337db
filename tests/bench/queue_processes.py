"""The queue as the bench runs it: the real process, its own environment, pinned to one core."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.probes import serves
from salon_contracts.events.coupons import CouponEventChangedV1, EventState
from tests.bench.backing import publish, variables
from tests.bench.measured_process import MeasuredProcess
from tests.bench.places import HOST, LOGS, QUEUE_PORT

KNOWN_SECONDS = 15.0
# Nobody's place may lapse between joining and streaming, however long the machine takes for 50,000 people.
GRACE_SECONDS = 3600


def queue(
    *,
    number: int = 0,
    core: int | None,
    spans: Mapping[str, str] | None = None,
    command: Sequence[str] = (str(VENV_PYTHON), "-m", "coupon_queue"),
    **settings: str,
) -> MeasuredProcess:
    """`settings` are further QUEUE_ variables, in lower case and without the prefix; `spans` are whole ones."""
    port = QUEUE_PORT + number
    own = {"port": str(port), "instance": f"bench-{number}", "grace_seconds": str(GRACE_SECONDS), **settings}
    return MeasuredProcess(
        name=f"queue-{number}",
        command=command,
        cwd=SERVICES / "queue",
        environment={
            **variables(),
            **(spans or {}),
            "PYTHONOPTIMIZE": "",
            **{f"QUEUE_{key.upper()}": own[key] for key in own},
        },
        ready=serves(f"http://{HOST}:{port}/readyz"),
        log=LOGS / f"queue-{number}.log",
        core=core,
    )


def paused_event(*, quantity: int = 1_000, max_waiting: int = 1_000_000) -> CouponEventChangedV1:
    """Open to join and not served: the line stands still, which is the most people that will ever wait."""
    now = datetime.now(UTC)
    return CouponEventChangedV1(
        coupon_event_id=uuid4(),
        revision=1,
        state=EventState.PUBLISHED,
        title="bench",
        quantity=quantity,
        opens_at=now - timedelta(seconds=5),
        closes_at=now + timedelta(days=1),
        max_waiting=max_waiting,
        paused=True,
        trace_id="bench",
    )


def announce(event: CouponEventChangedV1, *, port: int = QUEUE_PORT) -> None:
    """Tell Kafka of the event and wait until the queue at this port knows it."""
    publish(event)
    until = time.monotonic() + KNOWN_SECONDS
    while not _knows(port, event.coupon_event_id):
        if time.monotonic() > until:
            raise TimeoutError("the queue did not hear of the event")
        time.sleep(0.05)


def _knows(port: int, event_id: UUID) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", f"/queue/v1/events/{event_id}")
        return connection.getresponse().status == 200
    finally:
        connection.close()
