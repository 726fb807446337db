"""F15 judges by what people could read, and its controls rename what the rules really ask for."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.monitoring.place import RULES
from deploy.monitoring import names
from salon_contracts.events import topics
from tests.faults.cases.watched.playing import RENAMED, of_what_was_read, renamed_rules
from tests.harness.monitoring import troubles
from tests.harness.monitoring.announced import Announced
from tests.harness.monitoring.troubles import Trouble

pytestmark = pytest.mark.unit
TROUBLES = (
    troubles.issuer_stands_still(nullcontext),
    troubles.slow_mysql(lambda: 1),
    troubles.records_set_aside("nowhere:1", topics.CHAT_MESSAGES, count=3),
    troubles.replica_lost("redis-2", nullcontext),
    troubles.all_replicas_lost(nullcontext),
)
READ = Announced(TROUBLES[0], after_seconds=31.0, recovered_after_seconds=20.0)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.title)
def test_each_trouble_is_known_by_the_metric_that_its_alert_asks_for(trouble: Trouble) -> None:
    assert trouble.asks in names.names_in(trouble.alert.expression)


def test_a_control_has_the_rules_with_other_names_and_else_as_they_are(tmp_path: Path) -> None:
    asks = [trouble.asks for trouble in TROUBLES]

    text = renamed_rules(tmp_path / "rules.yml", asks).read_text(encoding="utf-8")

    assert all(f"{name}{RENAMED}" in text for name in asks)
    assert text.replace(RENAMED, "") == RULES.read_text(encoding="utf-8")
    with pytest.raises(RuntimeError, match="look for it anew"):
        renamed_rules(tmp_path / "rules.yml", ["nobody_asks_for_this"])


def test_what_was_read_in_the_right_words_is_acknowledged() -> None:
    verdict = of_what_was_read([READ, replace(READ, after_seconds=44.0)])

    assert (verdict.acked, verdict.lost, verdict.unavailable_seconds) == (4, (), 44.0)


@pytest.mark.parametrize(
    ("change", "lost", "unavailable"),
    [
        ({"after_seconds": None, "recovered_after_seconds": None}, "nobody read of it", 60.0),
        ({"recovered_after_seconds": None}, "nobody read of its end", 31.0),
        ({"wrong": ("the message does not name its runbook",)}, "does not name its runbook", 31.0),
    ],
)
def test_what_was_not_read_or_not_rightly_is_lost(change: dict[str, object], lost: str, unavailable: float) -> None:
    verdict = of_what_was_read([replace(READ, **change)])  # type: ignore[arg-type]  # the fields of an Announced

    [sentence] = verdict.lost
    assert lost in sentence
    assert verdict.unavailable_seconds == unavailable
