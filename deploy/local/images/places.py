"""Where images and what belongs to them lie: all of it under `.local/images`, which `make clean` leaves."""

from __future__ import annotations

from deploy.local.places import LOCAL

IMAGES = LOCAL / "images"
# What dockerd keeps: layers, and so the time that the next build saves.
DATA = IMAGES / "dockerd"
LOGS = LOCAL / "logs" / "images"
SYFT = LOCAL / "parts" / "syft" / "bin" / "syft"
