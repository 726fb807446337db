"""Whatever is asked, the search gives exactly the salons that somebody finds who reads them all, in order, once each.

Held for questions that are drawn, in every order, page by page, and in both ways of reading: from few salons that are
sorted, and along an order until the page is full.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import pytest

from salons.models import DogSize, Salon, TreatmentKind
from salons.search.finding import FEW, find
from salons.search.index.folding import folded, initials, words_of
from salons.search.plan import Hit
from salons.search.wanted import Near, Order, Wanted
from salons.seeding.centres import CENTRES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("korea")]
QUESTIONS = 150
_QUERIES = (
    *(
        "살롱",
        "미용",
        "가위컷",
        "곰돌이컷",
        "강남",
        "서울 미용",
        "ㅅㄹ",
        "ㄷㄷㅅㄹ",
        "ㅍㅅㄹ",
        "ㅍ",
        "보",
        "네",
        "스파 목욕",
    ),
    *(
        "보들보들",
        "미용실",
        "경기 ㅁㅇㅅ",
        "1호점",
        "무마취",
        "없는말이다",
        "비숑과푸들을",
        "수원시",
        "하우스 ㅎ",
        "그루밍",
    ),
)


def _draw(dice: Random) -> Wanted:
    def maybe(chance: float, make: Callable[[], object]) -> object:
        return make() if dice.random() < chance else None

    size = maybe(0.5, lambda: dice.choice(list(DogSize)))
    near = maybe(0.4, lambda: _near(dice))
    orders = [Order.ID] + [Order.PRICE] * (size is not None) + [Order.DISTANCE] * (near is not None)
    cheapest = dice.choice((0, 20_000, 40_000)) if size else 0
    region = Salon.objects.order_by("pk")[dice.randrange(300)].region
    return Wanted(
        words=maybe(0.6, lambda: tuple(words_of(dice.choice(_QUERIES)))),  # type: ignore[arg-type]  # as `maybe` is told
        region_id=maybe(0.15, lambda: region.pk),  # type: ignore[arg-type]
        city=maybe(0.3, lambda: dice.choice(("서울", "경기", "제주", region.city))),  # type: ignore[arg-type]
        near=near,  # type: ignore[arg-type]
        kind=maybe(0.4, lambda: dice.choice(list(TreatmentKind))),  # type: ignore[arg-type]
        size=size,  # type: ignore[arg-type]
        price_min=cheapest,
        price_max=cheapest + dice.choice((10_000, 30_000, 1_000_000)) if size else 100_000_000,
        order=dice.choice(orders),
    )


def _near(dice: Random) -> Near:
    centre = dice.choice(CENTRES[:80])
    return Near(centre.latitude, centre.longitude, dice.choice((800, 2_500, 12_000, 50_000)))


def _all_salons() -> list[Salon]:
    return list(Salon.objects.select_related("region").prefetch_related("treatments"))


def _by_reading_all(wanted: Wanted, salons: list[Salon]) -> list[Hit]:
    hits = [hit for salon in salons if (hit := _hit(salon, wanted)) is not None]
    keys: dict[Order, Callable[[Hit], tuple[object, ...]]] = {
        Order.ID: lambda hit: (hit.salon_id,),
        Order.PRICE: lambda hit: (hit.price, hit.salon_id),
        Order.DISTANCE: lambda hit: (hit.metres, hit.salon_id),
    }
    return sorted(hits, key=keys[wanted.order])


def _hit(salon: Salon, wanted: Wanted) -> Hit | None:
    treatments = [one for one in salon.treatments.all() if wanted.kind in {None, one.kind}]
    price = min((one.price(wanted.size) for one in treatments), default=-1) if wanted.size else None
    metres = None if wanted.near is None else _metres(salon, wanted.near)
    fits = (
        (wanted.words is None or (wanted.words != () and _has_words(salon, wanted)))
        and wanted.region_id in {None, salon.region_id}
        and wanted.city in {None, salon.region.city}
        and bool(treatments)
        and (price is None or wanted.price_min <= price <= wanted.price_max)
        and (metres is None or (wanted.near is not None and metres <= wanted.near.radius))
    )
    return Hit(salon.pk, price, metres) if fits else None


def _has_words(salon: Salon, wanted: Wanted) -> bool:
    name = folded(salon.name)
    texts = [salon.name, salon.region.city, salon.region.district, salon.summary]
    lines = [folded(text) for text in (*texts, *(one.name for one in salon.treatments.all()))]

    def has(word: str, *, is_initials: bool) -> bool:
        if len(word) == 1:
            return (initials(name) if is_initials else name).startswith(word)
        return word in initials(name) if is_initials else any(word in line for line in lines)

    return all(has(word.text, is_initials=word.is_initials) for word in wanted.words or ())


def _metres(salon: Salon, near: Near) -> int:
    assert salon.latitude is not None
    assert salon.longitude is not None
    north = salon.latitude - near.latitude
    east = (salon.longitude - near.longitude) * math.cos(math.radians(near.latitude))
    return round(111_195 * math.sqrt(north**2 + east**2))


def _page_by_page(wanted: Wanted, *, limit: int, few: int) -> list[Hit]:
    found: list[Hit] = []
    while page := find(wanted, after=found[-1] if found else None, limit=limit, few=few):
        found += page
        if len(page) < limit:
            break
    return found


@pytest.mark.parametrize("few", [1, 25, FEW])
def test_the_search_finds_what_reading_all_salons_finds(few: int) -> None:
    dice = Random(few)
    questions = [_draw(dice) for _ in range(QUESTIONS)]

    answers = [(wanted, _page_by_page(wanted, limit=dice.choice((1, 3, 20)), few=few)) for wanted in questions]

    # Else nothing was tried.
    assert sum(1 for _, found in answers if found) > QUESTIONS / 4
    assert {wanted.order for wanted, found in answers if len(found) > 3} == set(Order)
    salons = _all_salons()
    for wanted, found in answers:
        assert found == _by_reading_all(wanted, salons), wanted


def test_reading_all_finds_something_else_when_a_condition_is_left_out() -> None:
    """The control: a search that forgot the price would be seen."""
    wanted = Wanted(size=DogSize.SMALL, price_max=10_000, order=Order.PRICE)

    expected = _by_reading_all(wanted, _all_salons())
    forgetful = find(Wanted(size=DogSize.SMALL, order=Order.PRICE), after=None, limit=1_000)

    assert find(wanted, after=None, limit=1_000) == expected
    assert forgetful != expected
