"""`python -m deploy.local.stand_ins.toss --database FILE --port 8790`: prints its address once it listens.

What it knows is in FILE, so that it goes on with it after a restart. `/control/…` is for whoever tests (control.py).
"""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

import uvicorn

from deploy.local.stand_ins.toss.app import TEST_SECRET_KEY, build_app


def main() -> None:
    parser = argparse.ArgumentParser(prog="toss", description=__doc__)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret-key", default=TEST_SECRET_KEY)
    chosen = parser.parse_args()
    with socket.create_server(("127.0.0.1", chosen.port)) as listening:
        app = build_app(database=chosen.database, secret_key=chosen.secret_key)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()
