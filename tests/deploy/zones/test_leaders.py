"""What `make zone-down` and `make kill` say of what is led from there."""

from __future__ import annotations

import pytest

from deploy.local.settings.profiles import profile_named
from deploy.local.zones.expectations import part_down, zone_down
from deploy.local.zones.leaders import sentences
from deploy.topology import HA

pytestmark = pytest.mark.unit

ROLES = {
    "kafka": {
        "kafka-1": "leads 0 of 30 partitions, in step with 30 of 30",
        "kafka-2": "leads 13 of 30 partitions, in step with 30 of 30, CONTROLLER",
        "kafka-3": "leads 17 of 30 partitions, in step with 30 of 30",
    },
    "mysql": {"mysql-1": "PRIMARY, sees 3 of 3 online", "mysql-2": "secondary, read-only, sees 3 of 3 online"},
    "redis": {"redis-1": "still thinks it is the primary; takes no writes", "redis-2": "PRIMARY, 2 replicas in step"},
}


def test_a_zone_is_said_to_have_had_the_primaries_and_leaders_that_it_had_and_no_others() -> None:
    lines = sentences(ROLES, HA.names_in("b"))

    assert [line.split(":")[0] for line in lines] == [
        "kafka-2 led 13 of 30 partitions and controlled",
        "redis-2 was Redis's primary",
    ]
    assert all(word in " ".join(lines) for word in ("after about 3 s", "after about 4 s"))


def test_who_leads_nothing_is_said_to_cost_no_pause() -> None:
    [line] = sentences({"mysql": ROLES["mysql"]}, ["mysql-2"])

    assert "None of the stores was led from here" in line


def test_of_a_process_of_ours_nothing_is_said_about_stores() -> None:
    assert sentences({}, ["main-a"]) == []


def test_the_commands_say_it_before_what_to_expect_of_the_rest() -> None:
    profile = profile_named("ha", salon_port=8000, lite=False)
    led = sentences(ROLES, ["mysql-1"])

    assert part_down(profile, "mysql-1", led, held=True).startswith("mysql-1 was MySQL's primary: ")
    assert led[0] in zone_down(profile, "a", led)
