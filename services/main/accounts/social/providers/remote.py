"""Asking a provider's servers. Nobody waits for one that hangs, and it is left alone for a while."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from accounts.social.errors import ProviderAway
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

log = get_logger(__name__)

# For all that one sign-in asks of its provider, names and handshakes included.
ANSWER_SECONDS = 3.0
# After so many time-outs in a row the next ones are refused at once for so long, and hold no thread.
TIMEOUTS_BEFORE_REST = 3
REST_SECONDS = 5.0
# As many as may ask at once (ASKING_AT_ONCE in accounts.social.providers), and one that still hangs.
_THREADS = 4
_LONGEST_ANSWER = 200_000


class Answer(NamedTuple):
    status: int
    document: dict[str, Any]


@dataclass
class Remote:
    """The servers of one provider. Each question has a thread of its own: neither names that are not resolved nor an
    answer that comes a byte at a time hold the one who asks."""

    provider: str
    _rests_until: float = 0.0
    _timeouts: int = 0
    _http: PoolManager = field(default_factory=lambda: PoolManager(maxsize=_THREADS, retries=False))
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "provider"))

    def get(self, url: str, *, deadline: float, bearer: str = "") -> Answer:
        """Raises ProviderAway, also for what is no JSON object. `deadline` is of time.monotonic()."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self._ask("GET", url, deadline=deadline, headers=headers)

    def post(self, url: str, *, deadline: float, form: Mapping[str, str]) -> Answer:
        """The same."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", url, deadline=deadline, headers=headers, body=urlencode(form))

    def away(self, reason: str) -> ProviderAway:
        """To be raised."""
        outage(log.warning, "provider_away", provider=self.provider, reason=reason)
        return ProviderAway(dependency=self.provider, retry_after_seconds=int(REST_SECONDS))

    def _ask(
        self, method: str, url: str, *, deadline: float, headers: Mapping[str, str], body: str | None = None
    ) -> Answer:
        now = time.monotonic()
        if now < self._rests_until or now >= deadline:
            raise self.away("rests")
        asked = self._threads.submit(self._exchange, method, url, deadline, headers, body)
        try:
            answer = asked.result(timeout=deadline - now)
        except (TimeoutError, HTTPError, OSError) as error:
            asked.cancel()
            if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
                self._note_timeout()
            raise self.away(type(error).__name__) from error
        except (ValueError, RecursionError) as error:
            raise self.away("answered garbage") from error
        self._timeouts = 0
        return answer

    def _note_timeout(self) -> None:
        self._timeouts += 1
        if self._timeouts >= TIMEOUTS_BEFORE_REST:
            self._rests_until = time.monotonic() + REST_SECONDS

    def _exchange(self, method: str, url: str, deadline: float, headers: Mapping[str, str], body: str | None) -> Answer:
        left = max(0.1, deadline - time.monotonic())
        response = self._http.request(
            method,
            url,
            body=body,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
            timeout=Timeout(connect=left, read=left),
            redirect=False,
            preload_content=False,
        )
        try:
            document = json.loads(self._read(response, deadline))
        finally:
            response.close()
        if response.status >= 500 or response.status == 429 or not isinstance(document, dict):
            raise ValueError(f"{response.status} with a {type(document).__name__}")
        return Answer(response.status, document)

    def _read(self, response: Any, deadline: float) -> bytes:
        """Raises ValueError for more than any answer has, TimeoutError."""
        text = b""
        while piece := response.read1(65_536):
            text += piece
            if len(text) > _LONGEST_ANSWER:
                raise ValueError("too long")
            if time.monotonic() >= deadline:
                raise TimeoutError
        return text
