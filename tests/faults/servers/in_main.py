"""What a play needs of main that no endpoint gives: a drop that opens now, signed-in customers, rows."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.places import VENV_PYTHON
from tests.harness.system import main_commands

_MAIN_SIDE = Path(__file__).with_name("main_side.py")


@dataclass
class InMain:
    """`variables` are what main's processes have in their environment."""

    variables: dict[str, str]

    @property
    def brokers(self) -> str:
        return self.variables["QUEUE_KAFKA_BROKERS"]

    def publish_drop(self, *, quantity: int, pace: int, line_order: str, opens_in_seconds: float) -> str:
        terms = (str(quantity), str(pace), line_order, str(opens_in_seconds))
        return self._in_main("publish", *terms).strip().splitlines()[-1]

    def set_pace(self, event_id: str, *, per_second: int) -> None:
        """At most so many are served a second from now on."""
        self._in_main("pace", event_id, str(per_second))

    def public_draw(self, event_id: str) -> dict[str, Any]:
        return dict(json.loads(self._in_main("draw", event_id).splitlines()[-1]))

    def bookings_of(self, customers: list[int]) -> list[dict[str, Any]]:
        """Those that were not cancelled, as `{booking_id, customer, groomer, starts_at, ends_at}`."""
        return list(json.loads(self._in_main("bookings", json.dumps(customers)).splitlines()[-1]))

    def tokens(self, count: int) -> list[dict[str, Any]]:
        """`{id, access_token}` of customers that exist in MySQL."""
        return main_commands.mint_tokens(self._environment, customers=count, minutes=600)

    def export_drop(self, event_id: str) -> dict[str, Any]:
        return dict(json.loads(main_commands.output_of(self._environment, "export_drop", event_id).splitlines()[-1]))

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    def _in_main(self, *words: str) -> str:
        ran = subprocess.run(
            [str(VENV_PYTHON), str(_MAIN_SIDE), *words],
            cwd=main_commands.MAIN,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"main: {words} failed:\n{ran.stderr[-2000:]}")
        return ran.stdout
