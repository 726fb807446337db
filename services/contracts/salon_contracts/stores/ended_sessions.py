"""Sessions that ended before their access tokens did: main tells, every process with sockets or streams hears.

A Redis stream, because each reader wants all of it: what ended lately when it starts, and each end as it happens.
An entry is worth something only as long as an access token may live, so main trims older ones when it writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

ENDED_SESSIONS = "sessions:ended"
# Longer than an access token lives, with the leeway of clocks. Older entries end nothing any more.
REMEMBERED_SECONDS = 15 * 60


@dataclass(frozen=True)
class EndedSession:
    """One entry. Every access token with this `sid` is worthless from now on, whatever its `exp` says."""

    session_id: UUID
    account_id: int

    def fields(self) -> dict[str, str]:
        return {"session_id": str(self.session_id), "account_id": str(self.account_id)}

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> EndedSession:
        """Raises KeyError or ValueError for what main did not write."""
        return cls(session_id=UUID(fields["session_id"]), account_id=int(fields["account_id"]))
