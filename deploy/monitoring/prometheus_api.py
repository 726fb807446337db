"""Questions to Prometheus over its HTTP API."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ANSWERS_WITHIN_SECONDS = 10.0


class NotAnswered(Exception):
    """It could not be reached, or refused the question."""


@dataclass(frozen=True)
class Sample:
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Curve:
    """Seconds since 1970 and values, in order."""

    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]


class Prometheus:
    """`url` is its address on this machine or in a network of one's own."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is no address of Prometheus")
        self._url = url

    def now(self, query: str, *, at: float | None = None) -> list[Sample]:
        """At another moment where one is given, in seconds since 1970. Raises NotAnswered."""
        moment = {} if at is None else {"time": f"{at:.3f}"}
        found = self._ask("query", query=query, **moment)
        if found["resultType"] == "scalar":
            return [Sample({}, float(found["result"][1]))]
        return [Sample(one["metric"], float(one["value"][1])) for one in found["result"]]

    def since(self, query: str, *, start: float, end: float, step: float) -> list[Curve]:
        """Raises NotAnswered."""
        found = self._ask("query_range", query=query, start=f"{start}", end=f"{end}", step=f"{step}")
        return [
            Curve(one["metric"], [(float(at), float(value)) for at, value in one["values"]]) for one in found["result"]
        ]

    def targets(self) -> list[dict[str, Any]]:
        """Those that are asked, each with its `health` and `lastError`. Raises NotAnswered."""
        found: list[dict[str, Any]] = self._ask("targets", state="active")["activeTargets"]
        return found

    def alerts(self) -> list[dict[str, Any]]:
        """Those whose condition holds, with `labels`, `annotations`, `state` and `activeAt`. Raises NotAnswered."""
        found: list[dict[str, Any]] = self._ask("alerts")["alerts"]
        return found

    def _ask(self, what: str, **parameters: str) -> Any:
        address = f"{self._url}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(address, timeout=ANSWERS_WITHIN_SECONDS) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise NotAnswered(f"{error.code} {error.read(300).decode(errors='replace')}") from error
        except (OSError, ValueError) as error:
            raise NotAnswered(repr(error)) from error
