"""What this process was told, read once. It does not start when something is missing, wrong or unsafe."""

from __future__ import annotations

from config.declared import Settings
from salon_kit.settings.base import load

env = load(Settings)
