"""What all frames have."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_REQUEST_ID = 2**53 - 1


class Frame(BaseModel):
    """`id` is the client's number for the request; it comes back as `reply_to`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[int, Field(strict=True, ge=0, le=MAX_REQUEST_ID)]
