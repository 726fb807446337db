"""Different searches, as people make them, drawn by a number: the same ones in every run."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from urllib.parse import urlencode

_WORDS = (
    *(
        "미용",
        "살롱",
        "펫살롱",
        "애견미용실",
        "가위컷",
        "곰돌이컷",
        "스파",
        "탄산 스파",
        "목욕",
        "위생 미용",
        "발톱",
        "양치",
    ),
    *("보들보들", "몽글", "두부네", "초코네", "댕댕", "해피", "코코", "우리동네", "골목", "프리미엄", "솜사탕", "꽃길"),
    *(
        "강남",
        "마포",
        "해운대",
        "수원",
        "성남",
        "제주",
        "분당",
        "송파",
        "대형견",
        "노령견",
        "비숑",
        "포메라니안",
        "무마취",
        "픽업",
    ),
)
_INITIALS = (
    "ㅍㅅㄹ",
    "ㄷㄷㅅㄹ",
    "ㅁㅇㅅ",
    "ㅂㄷㅂㄷ",
    "ㅁㄱㅁㄱ",
    "ㄷㅂㄴ",
    "ㅎㅍ",
    "ㅋㅋ",
    "ㄱㅁㄴ",
    "ㅅㅍ",
    "ㅅㅅㅌ",
    "ㅎㅇㅅ",
)
_KINDS = ("bath", "hygiene", "clipping", "scissors", "partial", "spa", "nails", "teeth", "ears")
_SIZES = ("small", "medium", "large")
_CITIES = ("서울", "경기", "부산", "대구", "인천", "광주", "대전", "울산", "제주", "충남", "경남", "강원")
# Where most people search: around Seoul, and around the other large cities.
_PLACES = (
    (37.55, 126.99),
    (37.55, 126.99),
    (37.3, 127.05),
    (35.16, 129.06),
    (35.87, 128.6),
    (36.35, 127.38),
    (35.15, 126.9),
)
_KINDS_OF_SEARCH = ("words", "initials", "near", "near and more", "price", "facts")


def different_searches(count: int, *, number: int = 7) -> list[str]:
    """Query strings, no two of them alike."""
    dice = Random(number)
    found: dict[str, None] = {}
    while len(found) < count:
        kind = dice.choices(_KINDS_OF_SEARCH, (30, 15, 20, 10, 15, 10))[0]
        found[urlencode({**_drawn(kind, dice), "limit": "20"})] = None
    return list(found)


def _drawn(kind: str, dice: Random) -> dict[str, str]:
    if kind == "words":
        return {"q": _several(_WORDS, dice), **_sometimes(_facts(dice), dice)}
    if kind == "initials":
        return {"q": dice.choice(_INITIALS), **_sometimes(_facts(dice), dice)}
    if kind == "near":
        return _near(dice)
    if kind == "near and more":
        return {**_near(dice), **_facts(dice), **_sometimes({"q": dice.choice(_WORDS)}, dice)}
    if kind == "price":
        price = {"dog_size": dice.choice(_SIZES), "order": "price", "price_min": str(dice.randrange(10, 60) * 1_000)}
        return {**price, **_facts(dice), **_sometimes({"q": dice.choice(_WORDS)}, dice)}
    return {**_facts(dice), "dog_size": dice.choice(_SIZES), "price_max": str(dice.randrange(20, 120) * 1_000)}


def _several(words: Sequence[str], dice: Random) -> str:
    return " ".join(dice.sample(words, dice.choice((1, 1, 2))))


def _facts(dice: Random) -> dict[str, str]:
    return {"city": dice.choice(_CITIES), **_sometimes({"treatment_kind": dice.choice(_KINDS)}, dice)}


def _near(dice: Random) -> dict[str, str]:
    latitude, longitude = dice.choice(_PLACES)
    return {
        "lat": f"{latitude + dice.gauss(0, 0.05):.5f}",
        "lon": f"{longitude + dice.gauss(0, 0.06):.5f}",
        "radius": str(dice.choice((1_000, 3_000, 5_000, 10_000))),
    }


def _sometimes(more: dict[str, str], dice: Random) -> dict[str, str]:
    return more if dice.random() < 0.5 else {}
