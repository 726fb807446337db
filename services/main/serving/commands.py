"""What our workers and tools have in common."""

from __future__ import annotations

from django.core.management.base import BaseCommand


class UncheckedCommand(BaseCommand):
    """Starts without Django's system checks: they load every view, and a release is checked before it is made."""

    requires_system_checks = ()
