"""A believable Korea, the same every time."""

from __future__ import annotations

import math
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Account
from salons.models import LATITUDES, LONGITUDES, Groomer, OpeningHours, Salon, SearchEntry, SearchTerm, Treatment
from salons.regions import DISTRICTS
from salons.search.index.keeping import keep_all
from salons.seeding import writing
from salons.seeding.centres import CENTRES
from salons.seeding.drawing import draw_salon
from salons.seeding.writing import seed_salons

SALONS = 250


def test_every_district_has_a_place_in_korea() -> None:
    assert {(one.city, one.district) for one in CENTRES} == {
        (city, district) for city, districts in DISTRICTS.items() for district in districts
    }
    assert len(CENTRES) == 229
    for centre in CENTRES:
        assert LATITUDES[0] < centre.latitude < LATITUDES[1]
        assert LONGITUDES[0] < centre.longitude < LONGITUDES[1]


def test_a_salon_stands_in_its_district() -> None:
    by_name = {(one.city, one.district): one for one in CENTRES}

    for salon in map(draw_salon, range(1, 500)):
        centre = by_name[salon.city, salon.district]
        east = (salon.longitude - centre.longitude) * math.cos(math.radians(centre.latitude))
        assert 111.2 * math.hypot(salon.latitude - centre.latitude, east) <= centre.reach_km + 0.01


def test_the_same_number_is_the_same_salon() -> None:
    assert [draw_salon(number) for number in (1, 2, 3)] == [draw_salon(number) for number in (1, 2, 3)]
    assert len({draw_salon(number).address for number in range(1, 300)}) > 250


def _shown() -> list[tuple[Any, ...]]:
    """Everything but ids and moments."""
    return [
        (
            *(salon.name, str(salon.region), salon.address, salon.summary, salon.latitude, salon.longitude),
            *sorted(salon.treatments.values_list("name", "kind", "price_small", "minutes_large")),
            *sorted(salon.opening_hours.values_list("weekday", "opens_at", "closes_at")),
            *salon.groomers.order_by("pk").values_list("name", "account__email"),
        )
        for salon in Salon.objects.select_related("region").order_by("pk")
    ]


@pytest.mark.django_db
def test_again_it_is_the_same_korea_and_more_adds_to_it() -> None:
    seed_salons(20, now=timezone.now())
    few = _shown()
    again = seed_salons(20, now=timezone.now())
    more = seed_salons(50, now=timezone.now())

    assert (again, more) == (0, 30)
    assert len(_shown()) == 50
    assert _shown()[:20] == few


@pytest.mark.django_db
def test_what_was_broken_off_is_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "IN_ONE_TRANSACTION", 10)
    seed_salons(20, now=timezone.now())

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the laptop was closed")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write", broken)
        with pytest.raises(RuntimeError):
            seed_salons(40, now=timezone.now())
    assert Salon.objects.count() == 20

    seed_salons(40, now=timezone.now())
    assert Salon.objects.count() == 40


@pytest.mark.django_db
def test_a_marketplace_of_some_hundreds_is_whole() -> None:
    printed = StringIO()

    call_command("seed", salons=SALONS, stdout=printed)

    assert f"{SALONS} of {SALONS} drawn salons" in printed.getvalue()
    drawn = Salon.objects.filter(groomers__account__email__endswith="@seed.daengdaeng.test").distinct()
    assert drawn.count() == SALONS
    for model in (Groomer, Treatment, OpeningHours, SearchEntry):
        assert set(model.objects.values_list("salon_id", flat=True)) >= set(drawn.values_list("pk", flat=True))
    assert SearchTerm.objects.exists()
    # What the seed wrote by statements is what saving each salon would have written.
    assert keep_all() == 0
    for row in (*Treatment.objects.all(), *OpeningHours.objects.all(), *drawn):
        # What one row points to, or may have once only, the database holds itself.
        row.clean_fields(exclude={field.name for field in row._meta.fields if field.is_relation})
        row.clean()
    assert Account.objects.get(email="customer@daengdaeng.test").check_password("daengdaeng-demo")
    assert (
        not Account.objects.filter(email__endswith="@seed.daengdaeng.test").exclude(password__startswith="!").exists()
    )
