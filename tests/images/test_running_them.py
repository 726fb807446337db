"""Our images beside the running system, as Compose contains them: each takes part in the work and leaves in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy.local.images.building import Built
from deploy.local.images.daemon import Docker
from deploy.local.run.probes import HOST
from tests.deploy.compose.files import SMALL, plain, services
from tests.images.confinement import what_is_wrong
from tests.images.containers import Container, Stopped, finished, free_port, started

COMPOSE = services(SMALL)
PROCESSES = ("main-1", "relay-outbox", "issue-coupons", "deliver-notifications", "run-due", "queue-1", "chat-worker")
KILLED = 137
# In a container that does not end by itself, the control.
DEAF = ("sh", "-c", "trap '' TERM; while :; do sleep 1; done")


def own_settings(name: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Of the service that the process is of."""
    image = COMPOSE[name]["image"]
    prefix = image.removeprefix("salon/").upper().replace("-", "_") + "_"
    return {key: value for key, value in settings.items() if key.startswith((prefix, "SALON_ENV"))}


@pytest.fixture(scope="module")
def running(
    docker: Docker, images: dict[str, Built], settings: dict[str, str], secrets_folder: Path
) -> Iterator[dict[str, Container]]:
    with ExitStack() as stack:
        containers = {}
        for name in PROCESSES:
            service = COMPOSE[name]
            containers[name] = stack.enter_context(
                started(
                    docker,
                    images[service["image"]].tagged,
                    service,
                    name=f"salon-image-{name}",
                    settings=own_settings(name, settings),
                    secrets=secrets_folder,
                    process=name,
                )
            )
        yield containers


@pytest.fixture(scope="module")
def front(
    docker: Docker,
    images: dict[str, Built],
    settings: dict[str, str],
    secrets_folder: Path,
    running: dict[str, Container],
) -> Iterator[Container]:
    """nginx before the containers of main and queue. Names are found by Docker's own network only."""
    service, port = COMPOSE["nginx"], free_port()
    given = {name: plain(value) for name, value in service["environment"].items()} | {
        "SALON_MAIN_SERVERS": f"server {HOST}:{running['main-1'].port} max_fails=0;",
        "SALON_QUEUE_SERVERS": f"server {HOST}:{running['queue-1'].port} max_fails=0;",
        "SALON_PUBLIC_URL": settings["MAIN_PUBLIC_URL"],
        "SALON_BALANCERS": "",
        "SALON_LISTEN": str(port),
    }
    image = images["salon/nginx"].tagged
    with started(
        docker, image, service, name="salon-image-nginx", settings=given, secrets=secrets_folder, port=port
    ) as one:
        one.wait_until_ready()
        yield one


@pytest.fixture(scope="module")
def stopped(running: dict[str, Container]) -> dict[str, Stopped]:
    """All at once, as when a machine is emptied."""
    with ThreadPoolExecutor(len(running)) as pool:
        found = dict(zip(running, pool.map(Container.stop, running.values()), strict=True))
    for name, one in found.items():
        print(f"{name}: SIGTERM to its end {one.seconds:.1f} s, exit code {one.exit_code}")
    return found


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", PROCESSES)
def test_it_is_ready_by_composes_own_check(running: dict[str, Container], name: str) -> None:
    print(f"{name}: ready after {running[name].wait_until_ready():.1f} s")


@pytest.mark.parametrize("name", PROCESSES)
def test_it_runs_as_nobody_in_particular_and_may_write_nowhere(running: dict[str, Container], name: str) -> None:
    assert what_is_wrong(running[name]) == []


def test_a_container_that_is_not_contained_is_found(
    docker: Docker, images: dict[str, Built], secrets_folder: Path
) -> None:
    image = images["salon/queue"].tagged
    service = {"user": "0"}
    with started(
        docker, image, service, name="salon-image-open", settings={}, secrets=secrets_folder, words=DEAF
    ) as one:
        wrong = what_is_wrong(one)

    assert {sentence.partition(":")[0] for sentence in wrong} == {
        "is root",
        "may do what root may",
        "may become another user",
        "may write to /app",
        "may write to /usr/local/lib",
        "may write to /venv",
    }


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("path", "has"),
    [("/", b"<!doctype html>"), ("/api/v1/salons", b'"items"'), ("/queue/v1/events/unknown", b'"code"')],
    ids=["page", "main", "queue"],
)
def test_nginx_of_an_image_leads_to_the_page_to_main_and_to_queue(
    running: dict[str, Container], front: Container, path: str, has: bytes
) -> None:
    for name in ("main-1", "queue-1"):
        running[name].wait_until_ready()

    assert has in asked(front.port, path)


def test_nginx_of_an_image_is_contained_and_ends_in_time(front: Container) -> None:
    assert what_is_wrong(front) == []

    ended = front.stop()

    print(f"nginx: SIGTERM to its end {ended.seconds:.1f} s")
    assert ended.exit_code == 0


def asked(port: int, path: str) -> bytes:
    """Also what a refusal says."""
    connection = HTTPConnection(HOST, port, timeout=10)
    with closing(connection):
        connection.request("GET", path)
        return connection.getresponse().read()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("job", ["migrate", "seed"])
def test_the_jobs_before_a_release_run_from_the_same_image(
    docker: Docker, images: dict[str, Built], settings: dict[str, str], secrets_folder: Path, job: str
) -> None:
    service = COMPOSE[job]

    code, printed = finished(
        docker,
        images["salon/main"].tagged,
        service,
        name=f"salon-image-{job}",
        settings=own_settings(job, settings),
        secrets=secrets_folder,
    )

    assert code == 0, printed


@pytest.mark.timeout(150)
@pytest.mark.parametrize("name", PROCESSES)
def test_it_ends_by_itself_within_the_time_that_compose_gives(stopped: dict[str, Stopped], name: str) -> None:
    assert stopped[name].exit_code == 0
    assert stopped[name].seconds < int(COMPOSE[name]["stop_grace_period"].removesuffix("s")) / 2


def test_one_that_does_not_end_by_itself_is_found(
    docker: Docker, images: dict[str, Built], secrets_folder: Path
) -> None:
    image, service = images["salon/queue"].tagged, {"stop_grace_period": "2s"}
    with started(
        docker, image, service, name="salon-image-deaf", settings={}, secrets=secrets_folder, words=DEAF
    ) as one:
        assert one.stop().exit_code == KILLED
