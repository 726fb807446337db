"""What a service is told about spans, given to the recorder."""

from __future__ import annotations

from salon_kit.settings.base import ServiceSettings
from salon_kit.spans import recorder


def start_spans(service: str, settings: ServiceSettings) -> None:
    """Once, after the logs and before anything connects."""
    recorder.start(
        service=service,
        endpoint=settings.traces_endpoint,
        share=settings.traces_share,
        slow_seconds=settings.traces_slow_seconds,
    )
