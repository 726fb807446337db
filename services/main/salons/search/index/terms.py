"""Terms: what salons are listed by in SearchTerm.

A text has the pairs of letters that stand beside each other in it, a name also the twos and threes of its first
consonants. Facts that a salon either has or has not begin with "=", which no folded text holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from salons.models import TreatmentKind
from salons.search.index.folding import INITIALS, Word

PAIR, TRIPLE = 2, 3


def of_city(city: str) -> str:
    return f"=city:{city}"


def of_region(region_id: int) -> str:
    return f"=region:{region_id}"


def of_kind(kind: TreatmentKind | str) -> str:
    return f"=kind:{kind}"


def of_text(line: str) -> set[str]:
    return set(_neighbours(line, PAIR))


def of_initials(line: str) -> set[str]:
    """Those that somebody can ask for: a word with a letter or a digit in it is looked for in the text."""
    both = (*_neighbours(line, PAIR), *_neighbours(line, TRIPLE))
    return {found for found in both if all(letter in INITIALS for letter in found)}


def of_word(word: Word) -> list[str]:
    """Whoever has the word has all of these; none for a single letter."""
    length = TRIPLE if word.is_initials and len(word.text) >= TRIPLE else PAIR
    return list(dict.fromkeys(_neighbours(word.text, length)))


def covers(word: Word) -> bool:
    """Whoever has the one term of this word has the word. Of a longer one, the parts may stand apart."""
    return len(word.text) == PAIR or (word.is_initials and len(word.text) == TRIPLE)


def _neighbours(line: str, length: int) -> Iterator[str]:
    return (line[at : at + length] for at in range(len(line) - length + 1))
