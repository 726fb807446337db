"""Korean text as it is searched: how it was typed, spaces, and doubled consonants make no difference.

`folded` keeps letters and digits only. `initials` are the first consonants of its syllables (초성): "댕댕살롱" is
"ㄷㄷㅅㄹ". A tense consonant counts as its plain one (ㄲ as ㄱ), and what an input method has joined (ㄳ) as the two
that were typed.
"""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import normalize

from api.inputs.text import nfc

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE = "가", "힣"
_SYLLABLES_OF_AN_INITIAL = 588
# Some input methods send a consonant that stands alone as the beginning of a syllable.
_ALONE = {0x1100 + number: letter for number, letter in enumerate(INITIALS)}
_PLAIN = str.maketrans(
    dict(zip("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ", strict=True))
    | {
        "ㄳ": "ㄱㅅ",
        "ㄵ": "ㄴㅈ",
        "ㄶ": "ㄴㅎ",
        "ㄺ": "ㄹㄱ",
        "ㄻ": "ㄹㅁ",
        "ㄼ": "ㄹㅂ",
        "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ",
        "ㄿ": "ㄹㅍ",
        "ㅀ": "ㄹㅎ",
    }
    | {"ㅄ": "ㅂㅅ"}
)
_CONSONANTS = frozenset(map(chr, range(0x3131, 0x314F)))
_JAMO = frozenset(map(chr, range(0x3131, 0x3164)))
MOST_WORDS = 6


class Word(NamedTuple):
    """One word of what somebody searches for. `is_initials`: to be looked for among the first consonants of names."""

    text: str
    is_initials: bool


def folded(text: str) -> str:
    """Letters and digits, in one form, without what stands between them."""
    # Compatibility would take a lone ㄱ for the beginning of a syllable that never comes.
    one_form = "".join(letter if letter in _JAMO else normalize("NFKC", letter) for letter in nfc(text))
    return "".join(letter for letter in one_form.translate(_ALONE).casefold() if letter.isalnum())


def initials(line: str) -> str:
    """The first consonants of what `folded` gave; what is no syllable stays."""
    return "".join(map(_initial, line)).translate(_PLAIN)


def words_of(query: str) -> list[Word]:
    """At most MOST_WORDS. Each has to be found somewhere; a query without letters or digits has none."""
    words = [word for written in nfc(query).split() if (word := _word(folded(written))).text]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def _word(line: str) -> Word:
    if line and all(letter in _CONSONANTS for letter in line):
        return Word(line.translate(_PLAIN), is_initials=True)
    # "보ㄷ" on the way to "보드": a syllable that is not finished yet says nothing.
    return Word(line.rstrip("".join(_JAMO)), is_initials=False)


def _initial(letter: str) -> str:
    if _FIRST_SYLLABLE <= letter <= _LAST_SYLLABLE:
        return INITIALS[(ord(letter) - ord(_FIRST_SYLLABLE)) // _SYLLABLES_OF_AN_INITIAL]
    return letter
