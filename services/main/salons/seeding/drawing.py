"""One salon of the seed data, drawn by its number: the same number gives the same salon, whatever else is made."""

from __future__ import annotations

import math
from datetime import time
from itertools import accumulate
from random import Random
from typing import NamedTuple

from salons.models import TreatmentKind, Weekday
from salons.seeding import words
from salons.seeding.centres import CENTRES, Centre

_KM_PER_DEGREE = 111.195
_UP_TO = list(accumulate(centre.weight for centre in CENTRES))
# A larger dog takes longer and costs more: (price, time) against those of a small one.
_MEDIUM, _LARGE = (1.3, 1.2), (1.8, 1.5)


class DrawnTreatment(NamedTuple):
    """Prices in won and minutes, of small, medium and large dogs."""

    kind: TreatmentKind
    name: str
    prices: tuple[int, int, int]
    minutes: tuple[int, int, int]


class DrawnHours(NamedTuple):
    weekday: Weekday
    opens_at: time
    closes_at: time


class DrawnSalon(NamedTuple):
    number: int
    name: str
    city: str
    district: str
    address: str
    summary: str
    latitude: float
    longitude: float
    buffer_minutes: int
    notice_minutes: int
    treatments: list[DrawnTreatment]
    hours: list[DrawnHours]
    groomers: list[str]


def draw_salon(number: int) -> DrawnSalon:
    dice = Random(f"daengdaeng {number}")  # noqa: S311  # seed data, the same every time
    centre = dice.choices(CENTRES, cum_weights=_UP_TO)[0]
    latitude, longitude = _near(centre, dice)
    street = f"{dice.choice(words.STREETS)} {dice.randint(1, 400)}"
    return DrawnSalon(
        number=number,
        name=_name(dice, centre),
        city=centre.city,
        district=centre.district,
        address=f"{centre.city} {centre.district} {street}, {dice.randint(1, 3)}층",
        summary=dice.choice(words.SUMMARY).format(who=dice.choice(words.WHO), how=dice.choice(words.HOW)),
        latitude=latitude,
        longitude=longitude,
        buffer_minutes=dice.choice((0, 0, 10, 15, 30)),
        notice_minutes=dice.choice((0, 60, 120, 24 * 60)),
        treatments=_treatments(dice, centre),
        hours=_hours(dice),
        groomers=[
            dice.choice(words.SURNAMES) + dice.choice(words.GIVEN) for _ in range(dice.choices((1, 2, 3), (5, 4, 1))[0])
        ],
    )


def _near(centre: Centre, dice: Random) -> tuple[float, float]:
    """Anywhere in a circle around the district's office, to a metre."""
    away_km, turn = centre.reach_km * math.sqrt(dice.random()), dice.random() * math.tau
    north = away_km * math.cos(turn) / _KM_PER_DEGREE
    east = away_km * math.sin(turn) / (_KM_PER_DEGREE * math.cos(math.radians(centre.latitude)))
    return round(centre.latitude + north, 5), round(centre.longitude + east, 5)


def _name(dice: Random, centre: Centre) -> str:
    name = f"{dice.choice(words.FIRST)} {dice.choice(words.LAST)}"
    branch = dice.random()
    if branch < 0.25:
        # 강남구 gives 강남점, 중구 stays whole: nobody says 중점.
        stem = centre.district[:-1] if len(centre.district) > 2 else centre.district
        return f"{name} {stem}점"
    return f"{name} {dice.choice(words.BRANCH)}" if branch < 0.35 else name


def _treatments(dice: Random, centre: Centre) -> list[DrawnTreatment]:
    level = words.PRICE_LEVEL.get(centre.city, 0.9) * dice.uniform(0.8, 1.4)
    offers = dice.sample(words.OFFERS, dice.randint(3, 5))
    return [_treatment(dice.choice(offer.names), offer, level) for offer in offers]


def _treatment(name: str, offer: words.Offer, level: float) -> DrawnTreatment:
    """Prices in whole thousands, times in fives, as they stand on a price list."""
    won = [round(offer.won * level * times / 1_000) * 1_000 for times in (1, _MEDIUM[0], _LARGE[0])]
    minutes = [round(offer.minutes * times / 5) * 5 for times in (1, _MEDIUM[1], _LARGE[1])]
    return DrawnTreatment(offer.kind, name, (won[0], won[1], won[2]), (minutes[0], minutes[1], minutes[2]))


def _hours(dice: Random) -> list[DrawnHours]:
    closed = dice.sample(list(Weekday), dice.choice((0, 1, 1, 1, 2)))
    opens_at, closes_at = time(dice.choice((9, 10, 10, 11)), dice.choice((0, 30))), time(dice.choice((18, 19, 20, 21)))
    return [DrawnHours(weekday, opens_at, closes_at) for weekday in Weekday if weekday not in closed]
