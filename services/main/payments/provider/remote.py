"""Asking a provider's servers. Nobody waits longer than they said, and one that hangs is left alone for a while."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from urllib3 import PoolManager, Timeout, make_headers
from urllib3.exceptions import HTTPError

from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

log = get_logger(__name__)

TIMEOUTS_BEFORE_REST = 3
REST_SECONDS = 10.0
# As many as may confirm at once (ASKING_AT_ONCE in payments.provider.here), and some that still hang.
_THREADS = 5
_LONGEST_ANSWER = 200_000


class Reply(NamedTuple):
    status: int
    document: dict[str, Any]


@dataclass
class Remote:
    """Each question has a thread of its own: names that are not resolved, or an answer that comes a byte at a time,
    hold nobody. Nothing is sent twice: who asks again does so with the same key, later."""

    server: str
    secret_key: str = field(repr=False)
    _rests_until: float = 0.0
    _timeouts: int = 0
    _http: PoolManager = field(default_factory=lambda: PoolManager(maxsize=_THREADS, retries=False))
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "payments"))

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def get(self, path: str, *, seconds: float) -> Reply | None:
        """None: no answer that can be read came in time. It may have been done all the same."""
        return self._ask("GET", path, seconds=seconds)

    def post(self, path: str, body: Mapping[str, Any], *, key: str, seconds: float) -> Reply | None:
        """The same. `key` is that of idempotency."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._ask("POST", path, seconds=seconds, headers=headers, body=json.dumps(body))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Reply | None:
        if self.is_resting:
            return None
        asked = self._threads.submit(self._exchange, method, path, seconds, headers or {}, body)
        try:
            reply = asked.result(timeout=seconds)
        except (TimeoutError, HTTPError, OSError, ValueError, RecursionError) as error:
            asked.cancel()
            if isinstance(error, TimeoutError):
                self._note_timeout()
            outage(log.warning, "payments_unanswered", path=path.partition("/v1/")[2][:20], reason=type(error).__name__)
            return None
        self._timeouts = 0
        return reply

    def _note_timeout(self) -> None:
        self._timeouts += 1
        if self._timeouts >= TIMEOUTS_BEFORE_REST:
            self._rests_until, self._timeouts = time.monotonic() + REST_SECONDS, 0

    def _exchange(self, method: str, path: str, seconds: float, headers: Mapping[str, str], body: str | None) -> Reply:
        ends = time.monotonic() + seconds
        # With its colon: the key is a user without a password.
        credentials = make_headers(basic_auth=f"{self.secret_key}:")
        response = self._http.request(
            method,
            f"{self.server}{path}",
            body=body,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **credentials, **headers},
            timeout=Timeout(connect=seconds, read=seconds),
            redirect=False,
            preload_content=False,
        )
        try:
            document = json.loads(_body_of(response, ends))
        finally:
            response.close()
        return Reply(response.status, document if isinstance(document, dict) else {})


def _body_of(response: Any, ends: float) -> bytes:
    """Raises ValueError for more than any answer has, TimeoutError."""
    text = b""
    while piece := response.read1(65_536):
        text += piece
        if len(text) > _LONGEST_ANSWER:
            raise ValueError("too long")
        if time.monotonic() >= ends:
            raise TimeoutError
    return text
