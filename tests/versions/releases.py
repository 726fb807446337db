"""The source tree of one release, and what is run of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

READ_EXAMPLES = Path(__file__).with_name("read_examples.py")


@dataclass(frozen=True)
class Tree:
    """`services/` of one release, whichever packages are installed."""

    root: Path

    def unreadable(self, examples: Path) -> list[str]:
        """Names of published messages, of whichever release, that its consumers would set aside."""
        contracts = self.root / "services" / "contracts"
        ended = subprocess.run(
            [sys.executable, str(READ_EXAMPLES), str(examples)],
            cwd=contracts,
            env={**os.environ, "PYTHONPATH": str(contracts), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return list(json.loads(ended.stdout))

    @property
    def examples(self) -> Path:
        return self.root / "services" / "contracts" / "examples"
