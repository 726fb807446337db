"""The frame around every event on Kafka: who it is, what it is, when it happened, which click began it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from salon_contracts.events.fields import Moment, TraceId


def _now() -> datetime:
    return datetime.now(UTC)


class Event(BaseModel):
    """A fact that happened, as it stands on a Kafka topic.

    The writer is strict: mypy refuses an unknown or missing field. The reader is lenient: fields that a
    newer producer added are ignored. Removing or changing a field makes a new class, `…V2`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str]
    key_field: ClassVar[str]

    event_id: UUID = Field(default_factory=uuid4)
    occurred_at: Moment = Field(default_factory=_now)
    trace_id: TraceId

    @property
    def key(self) -> str:
        """What orders this event: events with one key stay in order on their topic."""
        return str(getattr(self, self.key_field))

    def to_bytes(self) -> bytes:
        """The JSON that goes on the topic, UTF-8."""
        return self.model_dump_json().encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read one event of exactly this class. Raises pydantic.ValidationError."""
        return cls.model_validate_json(raw)
