"""One module for each fault. A case plays the drop with the fault, and once more with the guard taken away."""

from __future__ import annotations

from tests.faults.cases import (
    f03_brokers,
    f05_lottery,
    f05_redis_lost,
    f06_mysql_killed,
    f07_instance_killed,
    f08_disk_full,
    f09_deploy,
    f10_clocks_and_half_open,
    f11_zone_lost,
    f12_mysql_primary,
    f14_any_record,
    two_zones,
    watched,
)
from tests.faults.cases.case import Case

# These bring the servers that they are about with them, whatever the topology.
_OF_EITHER: tuple[Case, ...] = (
    *f03_brokers.CASES,
    *f11_zone_lost.CASES,
    *f12_mysql_primary.CASES,
)

BY_TOPOLOGY: dict[str, tuple[Case, ...]] = {
    "small": (
        *f05_redis_lost.CASES,
        *f05_lottery.CASES,
        *f06_mysql_killed.CASES,
        *f07_instance_killed.CASES,
        *f10_clocks_and_half_open.CASES,
        *f08_disk_full.CASES,
        *f14_any_record.CASES,
        *f09_deploy.CASES,
        *watched.CASES,
        *_OF_EITHER,
    ),
    "ha": (
        *f09_deploy.CASES_OF_TWO_ZONES,
        *two_zones.CASES,
        *f08_disk_full.ON_TWO_ZONES,
        *watched.CASES_OF_TWO_ZONES,
        *_OF_EITHER,
    ),
}

EVERY = tuple(dict.fromkeys(case for cases in BY_TOPOLOGY.values() for case in cases))
