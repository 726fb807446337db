"""How an instance ended can be read from its exit code: in order, or because something in it died."""

from __future__ import annotations

import signal
from pathlib import Path

from salon_kit.testing.redis_server import RedisProcess
from tests.conftest import StartQueue
from tests.harness.keys import Keys
from tests.harness.processes import QueueProcess


class DyingQueue(QueueProcess):
    module = "tests.dying_queue"


def test_one_that_is_asked_to_leave_ends_in_order(start_queue: StartQueue) -> None:
    assert start_queue().leave() == 0


def test_one_whose_job_died_says_so(redis_process: RedisProcess, brokers: str, keys: Keys, tmp_path: Path) -> None:
    queue = DyingQueue(
        name="queue-1", redis_url=redis_process.url, brokers=brokers, keys=keys, log=tmp_path / "queue-1.log"
    )

    assert queue.process.wait(30) == 1
    assert [entry["job"] for entry in queue.logged("job_died")] == ["beat"]


def test_one_that_cannot_start_says_so(
    start_queue: StartQueue, redis_process: RedisProcess, brokers: str, keys: Keys, tmp_path: Path
) -> None:
    """Another program has its port."""
    port = str(start_queue().port)

    second = QueueProcess(
        name="queue-2", redis_url=redis_process.url, brokers=brokers, keys=keys, log=tmp_path / "2.log", QUEUE_PORT=port
    )

    assert second.process.wait(30) not in {0, -signal.SIGTERM}
