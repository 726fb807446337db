"""After a whole demo everything that rules and boards ask for has an answer, and nothing in a log says who it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from rich.console import Console

from deploy.monitoring.boards.marketplace import CHANGES
from tests.demo.options import SCENARIOS, Options
from tests.demo.play import Played, play
from tests.harness.api_client import connections
from tests.harness.monitoring import asking
from tests.harness.monitoring.watched import until
from tests.harness.system.personal import personal_in, personal_in_logs
from tests.harness.system.running_mains import count_ready_mains_of
from tests.pipeline.conftest import Pipeline, soon

CUSTOMERS, COUPONS = 80, 16
# Nobody in a demo is at fault, has a certificate, two zones, or moves a booking; a collector that lost nothing has no
# such series yet (test_lost_on_the_way.py makes it lose some).
NOT_IN_A_DEMO = asking.SELDOM | asking.OF_TWO_ZONES | asking.OF_THE_PIPELINE
WORDS = ("멍멍! 🐶",)
OF_A_PAGE = {"page": "/", "vitals": {"lcp": 0.9, "inp": 0.04}, "failures": [{"page": "/", "kind": "script"}]}
MOST_LINES = 20_000


@pytest.fixture(scope="module")
def demo(pipeline: Pipeline, base_url: str) -> Played:
    options = Options(
        base_url=base_url,
        customers=CUSTOMERS,
        coupons=COUPONS,
        prints_json=False,
        only=frozenset(SCENARIOS),
        only_asks=False,
    )
    return asyncio.run(_played(options, partial(count_ready_mains_of, pipeline.place.watched)))


async def _played(options: Options, count_mains: Callable[[], int]) -> Played:
    """With what the pages of those who take part in a drop would report: a demo has no browser."""
    async with connections(options.base_url) as http, http.post("api/v1/page-reports", json=OF_A_PAGE) as answer:
        assert answer.status == 204
    return await play(options, Console(quiet=True), count_mains=count_mains)


@pytest.mark.timeout(400)
def test_everything_that_a_demo_proves_holds_while_all_of_it_is_watched(demo: Played) -> None:
    assert [result.title for result in demo.results if result.broke_off] == []
    assert [one for result in demo.results for one in result.statements if not one.holds] == []
    assert len(demo.results) == len(SCENARIOS)


@pytest.mark.usefixtures("demo")
@pytest.mark.timeout(400)
def test_every_metric_of_every_rule_and_panel_is_there(pipeline: Pipeline) -> None:
    def missing() -> list[str]:
        return asking.missing_metrics(pipeline.watched, but=NOT_IN_A_DEMO)

    soon(lambda: not missing(), seconds=60)

    assert missing() == []


@pytest.mark.usefixtures("demo")
@pytest.mark.timeout(400)
def test_every_series_that_a_query_asks_for_by_its_labels_is_there(pipeline: Pipeline) -> None:
    def empty() -> list[str]:
        return asking.empty_selectors(pipeline.watched, but=NOT_IN_A_DEMO, seldom={CHANGES})

    soon(lambda: not empty(), seconds=60)

    assert empty() == []


@pytest.mark.usefixtures("demo")
@pytest.mark.timeout(400)
def test_every_query_is_taken_and_every_panel_shows_something(pipeline: Pipeline) -> None:
    assert asking.refused_queries(pipeline.watched) == []

    def empty() -> list[str]:
        return asking.empty_panels(pipeline.watched, two_zones=False)

    until(lambda: not empty(), seconds=60, what="panels that show something")


@pytest.mark.usefixtures("demo")
@pytest.mark.timeout(400)
def test_nothing_personal_is_in_any_log_of_a_demo_nor_where_logs_are_searched(pipeline: Pipeline) -> None:
    folder = pipeline.place.watched.logs
    written = sum(path.stat().st_size for path in folder.rglob("*.log"))
    assert written > 100_000, "there is no demo in these logs"

    assert personal_in_logs(folder, words=WORDS) == {}
    lines = [str(dict(line)) for line in pipeline.lines_at_most(MOST_LINES)]
    assert len(lines) > 200
    assert [found for line in lines for found in personal_in(line, words=WORDS)] == []
