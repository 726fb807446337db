"""A replica of Redis is lost, and people read of it and of its return. `make faults ONLY=F15` plays it under a drop."""

from __future__ import annotations

from pathlib import Path

from tests.faults.cases.watched.f15_two_zones import killed, replicas_of
from tests.faults.places import NOTHING_GIVEN, TWO_ZONES
from tests.faults.servers.zones import not_whole_of_redis
from tests.faults.whole_system import WholeSystem, until
from tests.harness.monitoring.announced import announced
from tests.harness.monitoring.troubles import replica_lost
from tests.harness.monitoring.watched import watching

WHOLE_WITHIN_SECONDS = 30.0


def test_a_replica_of_redis_that_dies_is_written_to_people_and_so_is_its_return(
    system: WholeSystem, tmp_path: Path
) -> None:
    replica = replicas_of(system)[0]
    with watching(TWO_ZONES, NOTHING_GIVEN, tmp_path) as watched:
        found = announced(watched, replica_lost(replica, lambda: killed(system, replica)))

    assert list(found.complaints()) == []
    print(found.line())
    until(lambda: not not_whole_of_redis(TWO_ZONES), what="Redis in step", seconds=WHOLE_WITHIN_SECONDS)
