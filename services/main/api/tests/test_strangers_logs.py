"""Strangers who send what nobody may send cannot fill the log: one short warning each, without a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponseBadRequest
from django.utils.log import log_response

from config.strangers_logs import short_about_strangers
from serving.tests.served import Served, mysql, serve

__all__ = ["mysql", "serve"]


def _kinds(kind: type[SuspiciousOperation]) -> Iterator[type[SuspiciousOperation]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


@pytest.mark.django_db(transaction=True)
def test_an_odd_host_is_one_short_line(serve: Callable[..., Served]) -> None:
    main = serve(MAIN_LOG_FORMAT="json")
    before = main.log.stat().st_size

    assert main.client.get("/api/v1/salons", headers={"Host": "x" * 6_800}).status_code == 400
    main.end()

    [line] = [line for line in main.log.read_text().splitlines() if "DisallowedHost" in line]
    assert '"level": "warning"' in line
    assert len(line) < 600
    assert "Traceback" not in main.log.read_text()
    assert main.log.stat().st_size - before < 6_800


@pytest.mark.parametrize("kind", sorted(_kinds(SuspiciousOperation), key=str))
def test_every_suspicion_is_short(
    kind: type[SuspiciousOperation], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caplog.handler, "filters", [short_about_strangers])
    logger = logging.getLogger(f"django.security.{kind.__name__}")

    try:
        raise kind("x" * 6_800)
    except kind as odd:
        answer = HttpResponseBadRequest()
        log_response(str(odd), exception=odd, response=answer, level="error", logger=logger)

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert record.exc_info is None
    assert len(record.getMessage()) <= 200
