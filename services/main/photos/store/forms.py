"""What a client posts a photo with."""

from __future__ import annotations

from typing import NamedTuple

# Names are unguessable and never used again: whoever has one may keep it for ever.
KEPT = "public, max-age=31536000, immutable"


class UploadForm(NamedTuple):
    """multipart/form-data to `url`: these fields as they are, and then `file`."""

    url: str
    fields: dict[str, str]
