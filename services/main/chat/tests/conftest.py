"""Two real instances of main, the real chat-worker, and clients that speak to them through real sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from chat.models import Room
from chat.tests.harness.servers import Serve, Server, end, wait_for
from config.env import env
from conftest import MakeAccount
from salon_kit.testing.ports import claim_port
from salons.models import Groomer, Region, Salon

MAIN = Path(__file__).resolve().parents[2]
CHAT_WORKER = MAIN.parent / "chat-worker"


@pytest.fixture(scope="session")
def serve(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start an instance on the test database. `changed` replaces variables of its environment."""
    from django.db import connection

    folder = tmp_path_factory.mktemp("serve")
    started: list[subprocess.Popen[bytes]] = []
    database_url, _, _ = os.environ["MAIN_DATABASE_URL"].rpartition("/")

    def start(**changed: str) -> Server:
        port = claim_port()
        environment = {
            **os.environ,
            "MAIN_DATABASE_URL": f"{database_url}/{connection.settings_dict['NAME']}",
            **changed,
        }
        log_file = folder / f"{port}.log"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=MAIN, env=environment, stderr=log
            )
        started.append(process)
        wait_for(f"http://127.0.0.1:{port}/api/v1/salons", process, log_file)
        return Server(port, process, log_file)

    yield start
    end(started)


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real chat-worker."""
    port = claim_port()
    environment = {
        **os.environ,
        "CHAT_WORKER_KAFKA_BROKERS": env.kafka_brokers,
        "CHAT_WORKER_MONGODB_URL": env.mongodb_url,
        "CHAT_WORKER_CHAT_EPOCH": str(env.chat_epoch),
        "CHAT_WORKER_METRICS_PORT": str(port),
    }
    log_file = tmp_path_factory.mktemp("worker") / "log"
    with log_file.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "chat_worker"], cwd=CHAT_WORKER, env=environment, stderr=log)
    wait_for(f"http://127.0.0.1:{port}/readyz", process, log_file)
    yield
    end([process])


@pytest.fixture(scope="session")
def here(serve: Serve, worker: None) -> Server:
    return serve()


@pytest.fixture(scope="session")
def there(serve: Serve, worker: None) -> Server:
    """The other instance."""
    return serve()


@pytest.fixture
def salon(transactional_db: None) -> Salon:
    region = Region.objects.create(city="서울", district=f"마포구 {uuid4().hex[:6]}")
    return Salon.objects.create(region=region, name="멍멍살롱", address="양화로 1")


@pytest.fixture
def groomer(salon: Salon, make_account: MakeAccount) -> Groomer:
    return Groomer.objects.create(salon=salon, account=make_account(role="groomer"), name="김미용")


@pytest.fixture
def make_room(salon: Salon, make_account: MakeAccount) -> Callable[[], Room]:
    def make() -> Room:
        groomer = Groomer.objects.create(salon=salon, account=make_account(role="groomer"), name="김미용")
        return Room.objects.create(customer=make_account(), groomer=groomer)

    return make


@pytest.fixture
def room(make_room: Callable[[], Room]) -> Room:
    return make_room()
