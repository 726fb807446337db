"""On a real nginx with our template, and small servers in the place of main and queue."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from deploy.local.run import nginx as nginx_module
from tests.deploy.nginx_stand import Nginx


@pytest.mark.parametrize(
    ("path", "service"),
    [("/api/v1/salons", "main"), ("/admin/", "main"), ("/static/a.css", "main"), ("/queue/v1/events/1/line", "queue")],
)
def test_each_path_reaches_its_service_unchanged_and_says_which_instance_answered(
    nginx: Nginx, path: str, service: str
) -> None:
    answer, content = nginx.ask(path)

    assert json.loads(content)["path"] == path
    assert answer.headers["X-Served-By"] in {f"{service}-{n}" for n in (1, 2)}


def test_joins_of_one_address_beyond_its_rate_are_refused_and_nothing_else_is(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(nginx_module, "JOINS_PER_ADDRESS", "1r/m")
    monkeypatch.setattr(nginx_module, "JOINS_BURST", 5)
    nginx: Nginx = request.getfixturevalue("own_nginx")
    ticket = "/queue/v1/events/5e6c5ba0/ticket"

    joins = [nginx.ask(ticket, "POST", b"{}")[0].status for _ in range(8)]
    refused, problem = nginx.ask(ticket, "POST", b"{}")
    others = [nginx.ask(ticket, "DELETE")[0].status, nginx.ask("/queue/v1/events/5e6c5ba0/place")[0].status]

    assert joins == [200] * 6 + [429] * 2
    assert (refused.status, refused.headers["Retry-After"], json.loads(problem)["code"]) == (429, "2", "rate-limited")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert others == [200, 200]


def test_requests_go_round_both_instances(nginx: Nginx) -> None:
    served_by = {nginx.ask("/api/v1/salons")[0].headers["X-Served-By"] for _ in range(8)}

    assert len(served_by) == 2


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/readyz"])
def test_numbers_for_operators_are_not_reachable_from_outside(nginx: Nginx, path: str) -> None:
    answer, _ = nginx.ask(path)

    assert answer.status == 404
    assert all(stand.requests == [] for stand in nginx.stands.values())


def test_a_stream_is_passed_on_frame_by_frame(nginx: Nginx) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", nginx.profile.web_port, timeout=5)
    connection.request("GET", "/queue/stream")
    answer = connection.getresponse()

    with closing(connection), answer:
        first = answer.readline()
        for stand in nginx.stands.values():
            stand.let_go.set()
        rest = answer.read()

    assert first == b"data: first\n"
    assert b"second" in rest


def test_a_websocket_asks_main_to_change_the_protocol(nginx: Nginx) -> None:
    seen = nginx.sees("/ws/v1/chat", Upgrade="websocket", Connection="Upgrade")

    assert (seen["Upgrade"], seen["Connection"]) == ("websocket", "upgrade")


def test_no_other_change_of_protocol_is_passed_on(nginx: Nginx) -> None:
    seen = nginx.sees("/api/v1/salons", Upgrade="h2c", Connection="Upgrade, HTTP2-Settings")

    assert "Upgrade" not in seen


@pytest.mark.parametrize(
    "path", ["/api/v1/salons", "/admin/", "/static/x.css", "/queue/v1/events/x", "/api/ws/ websocket"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_where_there_are_sockets_is_a_change_to_websocket_passed_on(nginx: Nginx, path: str, method: str) -> None:
    _, content = nginx.ask(path.replace(" ", "%20"), method, None, Upgrade="websocket", Connection="Upgrade")

    seen = json.loads(content)["headers"]
    assert not {"Upgrade", "Connection"} & seen.keys()


def test_what_a_client_says_about_its_address_is_not_believed(nginx: Nginx) -> None:
    seen = nginx.sees("/api/v1/salons", X_Forwarded_For="8.8.8.8", X_Real_IP="8.8.8.8")

    assert (seen["X-Forwarded-For"], seen["X-Real-IP"]) == ("127.0.0.1", "127.0.0.1")


CLICK = "4bf92f3577b34da6a3ce929d0e0e4736"
OF_ANOTHER = f"00-{'c' * 32}-b7ad6b7169203331-01"


@pytest.mark.parametrize("sent", [CLICK, str(UUID(CLICK))])
def test_the_id_of_a_trace_is_kept(nginx: Nginx, sent: str) -> None:
    seen = nginx.sees("/api/v1/salons", X_Request_ID=sent, traceparent=OF_ANOTHER)

    assert seen["X-Request-ID"] == CLICK
    assert seen["traceparent"] == f"00-{CLICK}-{CLICK[16:]}-01"


@pytest.mark.parametrize(
    "sent", ["", '"; drop', "abcd-1234-efgh", "0" * 32, str(UUID(int=0)), CLICK.upper(), CLICK + "0"]
)
def test_what_is_no_id_of_a_trace_is_replaced(nginx: Nginx, sent: str) -> None:
    seen = nginx.sees("/api/v1/salons", **({"X_Request_ID": sent} if sent else {}))

    made = seen["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made != sent
    assert seen["traceparent"] == f"00-{made}-{made[16:]}-01"


def test_several_requests_of_one_trace_are_several_spans_in_it(nginx: Nginx) -> None:
    parents = [nginx.sees("/api/v1/salons", traceparent=OF_ANOTHER, tracestate="a=b") for _ in range(3)]

    assert {seen["X-Request-ID"] for seen in parents} == {"c" * 32}
    assert len({seen["traceparent"] for seen in parents}) == 3
    assert not any("tracestate" in {name.lower() for name in seen} for seen in parents)


@pytest.mark.parametrize(
    "sent", ["rubbish", f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{CLICK.upper()}-b7ad6b7169203331-01"]
)
def test_a_traceparent_that_is_none_is_left_out(nginx: Nginx, sent: str) -> None:
    assert nginx.sees("/api/v1/salons", traceparent=sent)["X-Request-ID"] not in sent


def test_it_is_told_since_when_the_request_is_here(nginx: Nginx) -> None:
    started = nginx.sees("/api/v1/salons", X_Request_Start="t=1")["X-Request-Start"]

    found = re.fullmatch(r"t=(\d{10}\.\d{3}) -(\d+\.\d{3})", started)
    assert found is not None
    assert 0 <= time.time() - float(found[1]) < 5


def test_with_one_instance_down_every_request_is_still_answered(own_nginx: Nginx) -> None:
    own_nginx.kill("main-1")

    assert {own_nginx.ask("/api/v1/salons", method)[0].status for method in ("GET", "POST") for _ in range(6)} == {200}


def test_a_write_that_was_sent_is_never_sent_twice(own_nginx: Nginx) -> None:
    answer, _ = own_nginx.ask("/api/drop", "POST", b"{}")

    assert answer.status == 502
    assert sum(stand.requests.count("POST /api/drop") for stand in own_nginx.stands.values()) == 1


def test_requests_that_their_sender_has_spoiled_are_never_the_death_of_an_instance(own_nginx: Nginx) -> None:
    spoiled = [own_nginx.ask("/api/drop", "POST", b"{}")[0].status for _ in range(12)]

    answers = [own_nginx.ask("/api/v1/salons") for _ in range(6)]

    assert set(spoiled) == {502}
    assert {answer.status for answer, _ in answers} == {200}
    assert {answer.headers["X-Served-By"] for answer, _ in answers} == {"main-1", "main-2"}


def test_a_read_that_failed_is_asked_of_the_other_instance(own_nginx: Nginx) -> None:
    own_nginx.ask("/api/drop")

    assert [own_nginx.stands[name].requests for name in ("main-1", "main-2")] == [["GET /api/drop"], ["GET /api/drop"]]


def test_any_page_of_the_client_is_its_index_and_never_cached(nginx: Nginx) -> None:
    answer, content = nginx.ask("/salons/7")

    assert content == b"<title>salon</title>"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_file_with_a_hash_in_its_name_is_cached_for_ever(nginx: Nginx) -> None:
    answer, _ = nginx.ask("/assets/app-1a2b.js")

    assert "immutable" in answer.headers["Cache-Control"]


def test_only_this_machine_can_connect(nginx: Nginx) -> None:
    listening = Path("/proc/net/tcp").read_text()
    port = f":{nginx.profile.web_port:04X} "

    addresses = {row.split()[1] for row in listening.splitlines()[1:] if port in row and row.split()[3] == "0A"}

    assert addresses == {socket.inet_aton("127.0.0.1")[::-1].hex().upper() + port.strip()}
