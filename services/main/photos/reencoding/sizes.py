"""What is taken, and what becomes of it. Standard library only: the process that decodes imports it."""

from __future__ import annotations

# The longest side of each, in pixels. Nothing is enlarged.
SIZES = {"small": 320, "medium": 800, "large": 1600}
# What phones take and what screens save. HEIC is turned into JPEG by iPhones when a page asks for JPEG.
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")
MAX_BYTES = 15 * 1024 * 1024
LEAST_SIDE, MOST_SIDE = 64, 16_384
# A JPEG is decoded at a fraction of its size; of anything else every pixel is in memory.
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}

# What the process may take: of the address space, of a core, and of time.
MEMORY_BYTES = 700 * 1024 * 1024
CPU_SECONDS, WAIT_SECONDS = 10, 20.0
