"""Whatever a frame holds: it is answered, or the connection ends with a code that the document knows."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chat.models import Room
from chat.tests.harness.clients import token_of
from chat.tests.harness.servers import Serve, Server
from salon_contracts.http.chat_frames import CloseCode

MAX_FRAME_BYTES = 16 * 1024
CLOSE_CODES = {CloseCode.TOO_MUCH_GARBAGE, CloseCode.NOT_SIGNED_IN, CloseCode.TOO_MANY_FRAMES}
IDS: st.SearchStrategy[Any] = st.one_of(
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, 1, -1, 2**53 - 1, 2**53, 10**300, 1.0, 1.5, True, None, "1", "", [], {}]),
)
ODD_TEXT = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "\u200b",
            "\u202e",
            "\ud800",
            "\udfff\ud800",
            "\ufeff",
            "가" * 2001,
            "\u1100" * 6000,
            "e" + "\u0301" * 900,
        ]
    ),
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=6,
)
CURSORS: st.SearchStrategy[Any] = st.sampled_from(
    [
        "0-0",
        "1-0",
        "1-1",
        "2-5",
        "0-" + "9" * 30,
        "9" * 38 + "-1",
        "1-" + "9" * 37,
        "1--1",
        "-",
        "",
        "1-\u0661",
        None,
        5,
        [],
    ]
)
RAW = st.sampled_from(
    [
        "",
        "[" * 8000,
        '{"a":' * 3000,
        '{"id":1,"id":2,"type":"ping"}',
        '{"type":"ping","id":NaN}',
        "{" * 100,
        "null",
        "1e999",
        '{"type":"ping","id":1e400}',
        '{"type":"ping","id":' + "1" * 5000 + "}",
        '{"\\ud800":1}',
        '{"type":"\\udfff"}',
        "\x00",
    ]
)


def _frames(room: str) -> st.SearchStrategy[str | bytes]:
    rooms = st.one_of(st.sampled_from([room, room.upper(), f"{{{room}}}", f"urn:uuid:{room}", room[:-1]]), JUNK)
    names = st.one_of(st.uuids().map(str), st.uuids().map(lambda name: str(name).upper()), JUNK)
    fields: dict[str, st.SearchStrategy[Any]] = {
        "type": st.one_of(st.sampled_from(["send", "subscribe", "unsubscribe", "ping", "Send", "dance"]), JUNK),
        "id": IDS,
        "room_id": rooms,
        "client_message_id": names,
        "text": ODD_TEXT,
        "after": CURSORS,
    }
    documents = [
        st.fixed_dictionaries({"type": st.just("send"), **_only(fields, "id", "room_id", "client_message_id", "text")}),
        st.fixed_dictionaries({"type": st.just("subscribe"), **_only(fields, "id", "room_id", "after")}),
        st.fixed_dictionaries({"type": st.just("unsubscribe"), **_only(fields, "id", "room_id")}),
        st.fixed_dictionaries({}, optional=fields),
        JUNK,
    ]
    written = st.one_of(documents).map(json.dumps).filter(lambda text: len(text) <= MAX_FRAME_BYTES)
    return st.one_of(written, RAW, st.binary(max_size=50))


def _only(fields: dict[str, st.SearchStrategy[Any]], *names: str) -> dict[str, st.SearchStrategy[Any]]:
    return {name: fields[name] for name in names}


@pytest.fixture(scope="module")
def main(serve: Serve, worker: None) -> Server:
    """An instance whose log is read."""
    return serve()


async def _answers(server: Server, token: str, frames: list[str | bytes]) -> tuple[list[dict[str, Any]], int | None]:
    """What comes back until every frame has its answer or the connection ends."""
    found: list[dict[str, Any]] = []
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
        session.ws_connect(f"{server.url}/ws/v1/chat") as socket,
    ):
        with suppress(ConnectionError):  # it may be closed in the middle
            for frame in frames:
                await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        while sum(body["type"] != "message" for body in found) < len(frames):
            message = await socket.receive(timeout=15)
            if message.type is not aiohttp.WSMsgType.TEXT:
                return found, socket.close_code
            found.append(json.loads(message.data))
    return found, None


def _one_by_one(server: Server, token: str, frames: list[str | bytes]) -> tuple[list[dict[str, Any]], int | None]:
    return asyncio.run(_answers(server, token, frames))


# Long frames are what some of this is about.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_any_frame_is_answered_or_ends_the_connection_with_a_known_code(main: Server, room: Room) -> None:
    token = token_of(room.customer)

    @settings(
        max_examples=50,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )
    @given(frames=st.lists(_frames(str(room.pk)), min_size=1, max_size=15))
    def play(frames: list[str | bytes]) -> None:
        answers, code = _one_by_one(main, token, frames)

        assert code is None or code in CLOSE_CODES, answers
        codes = {body["problem"]["code"] for body in answers if body["type"] == "problem"}
        assert "internal-error" not in codes

    play()
    log = main.log_file.read_text()

    assert not re.search(r"\[(error|critical) |\"level\": ?\"(error|critical)\"|Traceback", log), log[-4000:]
