"""Texts as salons have them, made by the server itself from a few thousand words, so that a million take a minute.

Some words stand in more than half of all texts, some in a hundredth, some in a handful: what is common is where the
ways differ.
"""

from __future__ import annotations

from random import Random
from typing import Any

COMMON = ("미용", "살롱", "강아지", "목욕", "가위컷", "애견")
MIDDLING = (
    "곰돌이컷",
    "탄산스파",
    "발톱정리",
    "위생미용",
    "보들보들",
    "몽글몽글",
    "댕댕",
    "강남",
    "마포",
    "해운대",
    "제주",
    "수원",
)
_SYLLABLES = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치키티피히"
)
RARE_WORDS = 4_000
WORDS_OF_TEXT = 10


def rare_words() -> list[str]:
    dice = Random(1)
    return ["".join(dice.choices(_SYLLABLES, k=dice.choice((2, 3, 4)))) for _ in range(RARE_WORDS)]


def fill(cursor: Any, rows: int) -> None:
    """Table `salon_text(id, text)` with ids from 1: words one after the other, without spaces, as they are folded."""
    cursor.execute("CREATE TABLE word (n INT PRIMARY KEY, w VARCHAR(20) NOT NULL)")
    words = [*COMMON * 400, *MIDDLING * 40, *rare_words()]
    Random(2).shuffle(words)
    cursor.executemany("INSERT INTO word VALUES (%s, %s)", list(enumerate(words)))
    cursor.execute("CREATE TABLE salon_text (id BIGINT PRIMARY KEY, text TEXT COLLATE utf8mb4_bin NOT NULL)")
    joins = " ".join(
        f"JOIN word w{at} ON w{at}.n = MOD(CRC32(CONCAT(s.id, '/{at}')), {len(words)})" for at in range(WORDS_OF_TEXT)
    )
    text = "CONCAT_WS('', " + ", ".join(f"w{at}.w" for at in range(WORDS_OF_TEXT)) + ")"
    for first in range(1, rows + 1, 50_000):
        ids = f"(SELECT {first} + a.n * 1000 + b.n id FROM word a JOIN word b ON b.n < 1000 WHERE a.n < 50) s"
        cursor.execute(f"INSERT INTO salon_text SELECT s.id, {text} FROM {ids} {joins} WHERE s.id <= {rows}")


def queries() -> dict[str, list[str]]:
    """By how many texts have them."""
    rare = [word for word in rare_words() if len(word) > 2][:20]
    both = [f"{one} {other}" for one in COMMON[:4] for other in MIDDLING[:4]]
    return {"common": list(COMMON), "middling": list(MIDDLING), "rare": rare, "common and middling": both}
