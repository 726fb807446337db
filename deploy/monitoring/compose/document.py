"""Files that the containers read and that follow from the code: `python -m deploy.monitoring.compose.document` writes
them, with `--check` it says which are not what the code says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from deploy.monitoring.compose.places import WHERE, targets_of
from deploy.monitoring.compose.shipping import overlay
from deploy.monitoring.scraping import configuration
from deploy.topology import TOPOLOGIES

FOLDER = Path(__file__).with_name("files")
# To Discord, and into a file, as on one machine.
CHANNELS = ("discord", "file")


def documents() -> dict[str, str]:
    """By path within FOLDER. JSON, which is YAML too."""
    made: dict[str, Any] = {
        "prometheus.yml": configuration.prometheus(WHERE),
        "alertmanager.yml": configuration.alertmanager(WHERE, CHANNELS),
        "blackbox.yml": configuration.PROBES,
    }
    for topology in TOPOLOGIES.values():
        made |= {f"targets/{topology.name}/{job}.json": listed for job, listed in targets_of(topology).items()}
        made[f"logs/{topology.name}.yml"] = overlay(topology)
    return {path: json.dumps(document, indent=1) + "\n" for path, document in made.items()}


def drift() -> list[str]:
    """Files that are not what the code says."""
    return sorted(path for path, text in documents().items() if _there(FOLDER / path) != text)


def _there(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main() -> int:
    if "--check" in sys.argv:
        wrong = drift()
        sys.stdout.write("".join(f"{FOLDER / path} is not what {__spec__.name} writes\n" for path in wrong))
        return int(bool(wrong))
    for path, text in documents().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
