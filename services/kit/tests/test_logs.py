"""One log shape: a library's line and ours look alike and carry the trace id."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Literal
from uuid import UUID

import pytest

from salon_kit.logs import configure_logs, get_logger
from salon_kit.tracing import is_trace_id, trace_id_from, traced

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_our_lines_and_the_libraries_have_one_shape(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(service="queue", log_format="json")

    with traced("click-0001", event="spring"):
        get_logger("coupon_queue").info("customers_admitted", admitted=3)
        logging.getLogger("some.library").warning("slow %s", "disk")

    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert ours["event"] == "customers_admitted"
    assert ours["admitted"] == 3
    assert theirs["event"] == "slow disk"
    for line in (ours, theirs):
        assert line["service"] == "queue"
        assert line["trace_id"] == "click-0001"
        assert {"timestamp", "level", "logger"} <= line.keys()


CLICK = "4bf92f3577b34da6a3ce929d0e0e4736"
ODD = [None, "", "click-4711", "x" * 32, "0" * 32, CLICK.upper(), CLICK + "0", f" {CLICK}", f"{CLICK[:31]}\n", "-" * 36]


@pytest.mark.parametrize("header", ODD)
def test_what_cannot_be_the_id_of_a_trace_is_replaced_not_believed(header: str | None) -> None:
    made = trace_id_from(header)

    assert is_trace_id(made)
    assert made != header


def test_an_id_of_a_trace_is_kept_and_a_uuid_is_one() -> None:
    assert trace_id_from(CLICK) == CLICK
    assert trace_id_from(str(UUID(CLICK))) == CLICK


TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"
FORMATS: tuple[Literal["json", "console"], ...] = ("json", "console")


def _check(token: str, *, header: str) -> None:
    raise ValueError(f"not ours: {header}, {len(token)} letters")


@pytest.mark.parametrize("log_format", FORMATS)
def test_an_exception_is_logged_without_the_values_that_it_passed_through(
    capsys: pytest.CaptureFixture[str], log_format: Literal["json", "console"]
) -> None:
    configure_logs(service="main", log_format=log_format)

    try:
        _check(TOKEN, header=f"Bearer {TOKEN}")
    except ValueError as error:
        get_logger("main").error("request_failed", exc_info=error)
        logging.getLogger("django.request").exception("Internal Server Error")

    written = capsys.readouterr().err
    assert written.count("raise ValueError") == 2, "the traceback itself is there"
    assert TOKEN[:10] not in written


@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize(
    "private",
    [
        "/api/v1/salons?q=secret-1&token=secret-2",
        "GET https://daengdaeng.salon/api/v1/salons?secret-1",
        "<ASGIRequest: GET '/x?a='secret-1\"secret-2'>",
        f"Authorization: Bearer {TOKEN}-secret-1",
        "Bearer opaque.secret-1~/+=",
        "Cookie: a=1; salon_refresh=secret-1; salon_access=secret-2",
        "Duplicate entry 'secret-1@daengdaeng.salon' for key 'email'",
    ],
)
def test_no_query_no_token_and_no_mail_address_reaches_a_log(
    capsys: pytest.CaptureFixture[str], log_format: Literal["json", "console"], private: str
) -> None:
    configure_logs(service="main", log_format=log_format)

    get_logger("main").warning("fact", plain=private, listed=[private], named={private: private}, error=Exc(private))
    logging.getLogger("a.library").warning("refused: %s", private, extra={"request": Exc(private)})

    written = capsys.readouterr().err
    assert len(written.splitlines()) == 2
    assert "secret" not in written
    assert "daengdaeng.salon'" not in written


class Exc(Exception):
    """Something that only its `repr` tells about."""


@pytest.mark.parametrize(
    "harmless", ["why? because", "/api/v1/salons", "redis://10.0.0.1:6379/0", "3 of 4?", "salon@db failed"]
)
def test_what_is_private_to_nobody_is_written_as_it_is(capsys: pytest.CaptureFixture[str], harmless: str) -> None:
    configure_logs(service="main", log_format="json")

    get_logger("main").warning("fact", harmless_text=harmless, count=3, ratio=0.5, nothing=None)

    line = json.loads(capsys.readouterr().err)
    assert (line["harmless_text"], line["count"], line["ratio"], line["nothing"]) == (harmless, 3, 0.5, None)


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x9b", "\r", "\n", "\x08", "\u202e", "\u2028"])
def test_what_a_stranger_wrote_neither_colours_a_terminal_nor_begins_a_line(
    capsys: pytest.CaptureFixture[str], letter: str
) -> None:
    configure_logs(service="main", log_format="console")

    get_logger("any").warning("record_of_unknown_type", type=f"a{letter}[31mforged", nested={"type": letter})
    logging.getLogger("some.library").warning("got a%sb", letter)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_a_traceback_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(service="main", log_format="console")

    try:
        raise ValueError("a\x1bb")
    except ValueError:
        get_logger("any").exception("job_died")

    written = capsys.readouterr().err
    assert len(written.splitlines()) > 3
    assert "\x1b" not in written
