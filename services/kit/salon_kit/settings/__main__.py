"""Prints, as JSON, what the settings of a module would be here: {"rows": [[name, variable, origin, value, doc], …]}."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from salon_kit.settings.describe import described


def main() -> int:
    module, _, name = sys.argv[1].partition(":")
    found = described(getattr(import_module(module), name))
    sys.stdout.write(json.dumps(found._asdict(), ensure_ascii=False) + "\n")
    return 1 if found.refusal else 0


if __name__ == "__main__":
    sys.exit(main())
