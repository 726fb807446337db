"""One module for each fault. A case plays the drop with the fault, and once more with the guard taken away."""

from __future__ import annotations

from tests.faults.cases import (
    f05_lottery,
    f05_redis_lost,
    f06_mysql_killed,
    f07_instance_killed,
    f10_clocks_and_half_open,
    f14_any_record,
)
from tests.faults.cases.case import Case

ALL: tuple[Case, ...] = (
    *f05_redis_lost.CASES,
    *f05_lottery.CASES,
    *f06_mysql_killed.CASES,
    *f07_instance_killed.CASES,
    *f10_clocks_and_half_open.CASES,
    *f14_any_record.CASES,
)
