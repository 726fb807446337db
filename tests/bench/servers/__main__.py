"""`python -m tests.bench.servers`: each ASGI server with the same application, in turns, in one run.

Of each, pinned to one core while the clients have the other: requests a second of one route (wrk), and of frames to
many open streams the p99 from the publisher to the reader, the processor's time a frame, and the memory of a stream.
The servers that we do not use are installed into a folder of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from deploy.local.places import LOCAL, ROOT, VENV_PYTHON, tool
from deploy.local.run.probes import serves
from tests.bench.load import tokens
from tests.bench.measured_process import MeasuredProcess, children, memory_bytes, processor_seconds
from tests.bench.options import CLIENT_CORE, SERVER_CORE
from tests.bench.peers import starting
from tests.bench.places import BARE_ROUTE_PORT, BENCH, HOST, LOGS, SENT_TIMES
from tests.bench.servers.app import LINE
from tests.bench.streams.load_client import LoadClient
from tests.bench.streams.sent_times import SentTimes

HERE = Path(__file__).parent
FOLDER = LOCAL / "bench" / "servers"
APP = "tests.bench.servers.app:app"
PORT = str(BARE_ROUTE_PORT)
SETTLE_SECONDS = 2.0

_BIN = FOLDER / "bin"
COMMANDS: dict[str, list[str]] = {
    "uvicorn, taken over": [str(VENV_PYTHON), "-m", "tests.bench.servers.taken_over", PORT],
    "uvicorn": [
        *(str(_BIN / "uvicorn"), APP, "--port", PORT, "--loop", "uvloop", "--http", "httptools", "--backlog", "4096"),
        *("--no-access-log", "--log-level", "warning", "--no-server-header", "--no-date-header", "--no-proxy-headers"),
    ],
    "granian": [
        *(str(_BIN / "granian"), APP, "--interface", "asgi", "--port", PORT, "--loop", "uvloop", "--workers", "1"),
        *("--backlog", "4096", "--backpressure", "20000", "--no-ws", "--http", "1", "--log-level", "warning"),
    ],
    "hypercorn": [
        *(str(_BIN / "hypercorn"), APP, "--bind", f"{HOST}:{PORT}", "--worker-class", "uvloop", "--workers", "0"),
        *("--backlog", "4096", "--log-level", "warning"),
    ],
}


@dataclass(frozen=True)
class Round:
    requests_per_second: float
    requests_p99_ms: float
    frame_p99_ms: float
    frames: int  # in the seconds that were counted: the server's own loop makes one a second, if it comes to it
    frame_processor_ms: float
    bytes_per_stream: float
    delivered: float  # of these, to all streams


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.servers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of requests, and of frames after them")
    parser.add_argument("--streams", type=int, default=5_000)
    given = parser.parse_args()
    _install()
    starting.insist_on("wrk", there=tool("wrk") is not None)
    os.sched_setaffinity(0, {CLIENT_CORE})
    rounds: dict[str, list[Round]] = {name: [] for name in COMMANDS}
    for number in range(given.rounds):
        for name in COMMANDS:
            rounds[name].append(_round(name, seconds=given.seconds, streams=given.streams))
            print(f"round {number + 1} {name}: {rounds[name][-1]}", flush=True)
    _show(rounds)
    BENCH.mkdir(parents=True, exist_ok=True)
    document = {name: [vars(one) for one in many] for name, many in rounds.items()}
    (BENCH / "servers.json").write_text(json.dumps(document, indent=1))
    return 0


def _install() -> None:
    if (_BIN / "granian").exists() and (_BIN / "hypercorn").exists():
        return
    print(f"installing the servers into {FOLDER.relative_to(ROOT)}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    locked = ["--require-hashes", "-r", str(HERE / "requirements.lock")]
    subprocess.run([str(_BIN / "python"), "-m", "pip", "install", "-q", "--no-deps", *locked], check=True)


def _server(name: str) -> MeasuredProcess:
    path = os.pathsep.join(str(ROOT / part) for part in (".", "services/queue"))
    return MeasuredProcess(
        name=name,
        command=COMMANDS[name],
        ready=serves(f"http://{HOST}:{PORT}/ready"),  # also of those whose workers come after the port
        log=LOGS / f"{name.replace(', ', '-').replace(' ', '-')}.log",
        core=SERVER_CORE,
        environment={"PYTHONPATH": path, "SENT_TIMES": str(SENT_TIMES)},
    )


def _round(name: str, *, seconds: int, streams: int) -> Round:
    sent = SentTimes(SENT_TIMES)
    with _server(name):
        _wrk(seconds=1)
        per_second, p99_ms = _wrk(seconds=seconds)
    sent.clear()
    with _server(name) as server, _client(streams) as client:
        pids = [server.pid, *children(server.pid)]
        before = memory_bytes(*pids)
        opened = client.open()
        if opened.open != streams:
            raise RuntimeError(f"{name}: {opened.open} of {streams} streams are open, {opened.refused}")
        time.sleep(SETTLE_SECONDS)
        client.reset()
        used = processor_seconds(*pids)
        time.sleep(seconds)
        counted = client.counted()
        spent = processor_seconds(*pids) - used
        grown = memory_bytes(*pids) - before
    return Round(
        requests_per_second=per_second,
        requests_p99_ms=p99_ms,
        frame_p99_ms=counted.delays.percentile_ms(99) or 0.0,
        frames=len(counted.frames),
        frame_processor_ms=spent / max(1, len(counted.frames)) * 1000,
        bytes_per_stream=grown / streams,
        delivered=sum(counted.frames.values()) / (streams * max(1, len(counted.frames))),
    )


def _client(streams: int) -> LoadClient:
    return LoadClient(
        addresses=[(HOST, BARE_ROUTE_PORT)],
        path=LINE,
        tokens=tokens.token_file(streams),
        streams=streams,
        core=CLIENT_CORE,
        sent_times=SENT_TIMES,
    )


def _wrk(*, seconds: int) -> tuple[float, float]:
    """Requests a second, and the p99 in ms. Raises RuntimeError when any failed."""
    command = [
        "wrk",
        "-t1",
        "-c64",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(HERE / "post.lua"),
        f"http://{HOST}:{PORT}",
    ]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"wrk failed: {ran.stdout}{ran.stderr}")
    measured = json.loads(ran.stdout.strip().splitlines()[-1])
    if measured["failed"] or measured["not_2xx"]:
        raise RuntimeError(f"wrk met errors: {measured}")
    return measured["requests"] / measured["microseconds"] * 1e6, measured["p99_ms"]


def _show(rounds: dict[str, list[Round]]) -> None:
    table = Table(
        "server", "requests/s", "p99 ms", "frame p99 ms", "processor ms a frame", "bytes a stream", "delivered"
    )
    for name, many in rounds.items():
        table.add_row(
            name,
            f"{median(one.requests_per_second for one in many):,.0f}",
            f"{median(one.requests_p99_ms for one in many):.1f}",
            f"{median(one.frame_p99_ms for one in many):.1f}",
            f"{median(one.frame_processor_ms for one in many):.1f}",
            f"{median(one.bytes_per_stream for one in many):,.0f}",
            f"{min(one.delivered for one in many):.0%}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
