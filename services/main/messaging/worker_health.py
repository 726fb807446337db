"""The health server of main's workers is salon_kit's."""

from __future__ import annotations

from salon_kit.health import HealthServer as WorkerHealth

__all__ = ["WorkerHealth"]
