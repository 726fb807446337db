"""Counting what there is, to show that a refused request left nothing behind."""

from __future__ import annotations

from tests.harness.system.backstage import Backstage

# The outbox empties itself while the relay carries its rows away.
MAY_SHRINK = frozenset({"outbox_outboxrow"})


def left_behind(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """How many rows each table gained or lost, where that is not what should be."""
    changes = {table: after.get(table, 0) - count for table, count in before.items()}
    return {
        table: change for table, change in changes.items() if change > 0 or (change < 0 and table not in MAY_SHRINK)
    }


async def census(backstage: Backstage) -> dict[str, int]:
    return await backstage.row_counts()
