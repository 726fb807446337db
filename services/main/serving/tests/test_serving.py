"""`manage.py serve` as a process: what it answers when a part of the system is away, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from api.tests.harness.tcp_proxy import TcpProxy
from bookings.models import Booking
from conftest import MakeAccount, access_token_of
from messaging.tests.kafka import until
from salon_kit.testing.ports import claim_port
from salons.models import Groomer
from serving.tests.served import MAIN, Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "127.0.0.1:9"


def test_a_dead_mysql_is_told_at_once_and_its_return_needs_no_restart(
    serve: Callable[..., Served], mysql: TcpProxy
) -> None:
    main = serve().client
    assert main.get("/api/v1/salons").status_code == 200

    mysql.cut()
    began = time.monotonic()
    answers = [main.get("/api/v1/salons") for _ in range(3)]
    seconds = time.monotonic() - began

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "dependency-down")] * 3
    assert answers[0].headers["Retry-After"]
    assert seconds < 2
    assert (main.get("/healthz").status_code, main.get("/readyz").status_code) == (200, 503)
    mysql.mend()
    assert main.get("/api/v1/salons").status_code == 200
    assert main.get("/readyz").status_code == 200


def test_an_outage_of_mysql_is_a_few_lines_of_the_log_with_its_reason_and_no_traceback(
    serve: Callable[..., Served], mysql: TcpProxy
) -> None:
    served = serve()
    assert served.client.get("/api/v1/salons").status_code == 200
    before = len(served.log.read_text().splitlines())

    mysql.cut()
    for path in ("/api/v1/salons", "/admin/login/", "/readyz") * 40:
        served.client.get(path)
    lines = served.log.read_text().splitlines()[before:]

    events = [json.loads(line) for line in lines if line.startswith("{")]
    of_requests = [event for event in events if event["event"] == "database_away"]
    assert [event["times"] for event in of_requests][:1] == [1]
    assert "Can't connect" in of_requests[0]["reason"]
    assert len(events) < 20, [event["event"] for event in events]
    assert "Traceback" not in "".join(lines)


def test_a_hanging_mysql_keeps_nobody_waiting(serve: Callable[..., Served], mysql: TcpProxy) -> None:
    main = serve().client
    assert main.get("/api/v1/salons").status_code == 200

    mysql.hold()
    waits: list[tuple[int, float]] = []

    def ask() -> None:
        began = time.monotonic()
        answer = main.get("/api/v1/salons")
        waits.append((answer.status_code, time.monotonic() - began))

    # More than there are request threads, so that some wait for one.
    people = [threading.Thread(target=ask) for _ in range(20)]
    for person in people:
        person.start()
    began = time.monotonic()
    alive = main.get("/healthz").status_code
    alive_after = time.monotonic() - began
    ready = main.get("/readyz").status_code
    for person in people:
        person.join()

    assert {status for status, _ in waits} == {503}
    # Two seconds for a thread, and two more only for those who get one in the last moment.
    assert max(seconds for _, seconds in waits) < 5
    assert sorted(seconds for _, seconds in waits)[len(waits) // 2] < 3
    assert (alive, ready) == (200, 503)
    assert alive_after < 1
    mysql.release()
    until(lambda: main.get("/api/v1/salons").status_code == 200, what="for MySQL to be back")


def test_salons_are_found_and_booked_while_redis_kafka_and_mongodb_are_down(
    serve: Callable[..., Served], make_account: MakeAccount
) -> None:
    main = serve(
        MAIN_REDIS_URL=f"redis://{NOBODY}/0", MAIN_KAFKA_BROKERS=NOBODY, MAIN_MONGODB_URL=f"mongodb://{NOBODY}/salon"
    ).client
    customer, groomer = make_account(), Groomer.objects.first()
    assert groomer is not None
    treatment = groomer.salon.treatments.all()[0]
    signed_in = {"Authorization": f"Bearer {access_token_of(customer)}"}

    tomorrow = timezone.localdate() + timedelta(days=1)
    slots = main.get(
        f"/api/v1/groomers/{groomer.pk}/slots",
        params={"treatment": treatment.pk, "dog_size": "small", "from": tomorrow.isoformat(), "days": 7},
    ).json()["items"]
    wish = {
        "groomer_id": groomer.pk,
        "treatment_id": treatment.pk,
        "dog_size": "small",
        "starts_at": slots[0]["starts_at"],
    }
    booked = main.post("/api/v1/bookings", json=wish, headers=signed_in)

    assert booked.status_code == 201
    assert main.get("/readyz").status_code == 200
    assert Booking.objects.filter(customer=customer).count() == 1


def test_a_request_under_way_is_answered_before_the_process_ends(serve: Callable[..., Served], mysql: TcpProxy) -> None:
    served = serve()
    served.client.get("/api/v1/salons")
    mysql.hold()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(served.client.get("/api/v1/salons").status_code))
    asking.start()
    time.sleep(0.3)

    served.process.send_signal(signal.SIGTERM)
    until(lambda: httpx.get(f"{served.client.base_url}/readyz").status_code == 503, what="for it to turn away")
    mysql.release()
    asking.join()

    assert answers == [200]
    assert served.process.wait(timeout=20) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.client.base_url}/healthz")


def test_a_busy_port_ends_the_process_with_the_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        ended = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", port], cwd=MAIN, capture_output=True, text=True, timeout=30
        )

    assert ended.returncode == 1
    assert "Address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


DYING = """
import sys, threading
import django

django.setup()
from django.core.management import call_command
from entry.management.commands import serve


class Dying:
    def __init__(self, on_death):
        self.on_death = on_death

    def start(self):
        threading.Timer(0.2, self.on_death, ["the-fanout"]).start()

    def stop(self):
        print("stopped in good order")


serve._owned_by_apps = lambda on_death: [Dying(on_death)]
call_command("serve", port=int(sys.argv[1]))
"""


def test_a_background_service_that_dies_takes_the_process_with_it() -> None:
    port = str(claim_port())

    ended = subprocess.run(
        [sys.executable, "-c", DYING, port],
        cwd=MAIN,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "MAIN_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert ended.returncode == 1
    assert "stopped in good order" in ended.stdout
    assert '"reason": "the-fanout"' in ended.stderr
