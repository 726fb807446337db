"""What people may write, in the one form in which it is kept (NFC).

Macs send Hangul taken apart (NFD), all others whole (NFC); the two look the same and are different bytes. What cannot
be seen, or turns the text around it, is refused: it makes one name look like another, or like none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from unicodedata import bidirectional, category, combining, normalize

# Letters by their category, and nothing to see: the fillers of Hangul, and the blank of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
# Fillers are a way to lay out a message, and marks (unlike overrides) turn nothing but what stands beside them.
_FIT_IN_TEXT = _BLANK | frozenset("\n\t\u200e\u200f\u061c")
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_TAGS = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")  # flags of England, Scotland, Wales
_VIRAMA = 9
# DRF's own names for the two that it knows.
_CODES = {"\0": "null_characters_not_allowed", "Cs": "surrogate_characters_not_allowed"}
_MARKS_MAX = 4
_LINE_BREAKS = re.compile("\r\n?")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


class UnfitText(ValueError):
    """`code` is for programs; the message says in a few words what is wrong."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def _marks() -> str:
    """What Unicode sorts within a letter, as the inside of a character class."""
    apart = "\u0f73\u0f75\u0f81\uff9e\uff9f"  # letters by their class, and marks once they are taken apart
    return apart + "".join(chr(number) for number in range(0x300, 0x1F000) if combining(chr(number)))


# Sorting takes the square of a run's length: 100 kB of marks on one letter would take minutes.
_LONG_RUN_OF_MARKS = re.compile(f"[{_marks()}]{{31}}")
_MORE_MARKS = re.compile(f"([{_marks()}]{{{_MARKS_MAX}}})[{_marks()}]+")


def nfc(text: str) -> str:
    """For what is compared and not kept, as the words of a search. What is text in no language stays as it is."""
    return text if _LONG_RUN_OF_MARKS.search(text) else normalize("NFC", text)


def clean_line(text: str) -> str:
    """One line: a name, a title. Raises UnfitText."""
    line = nfc(_SPACES.sub(" ", text)).strip(" ")
    _insist_on_fit(line, allowed=frozenset())
    if line and not any(is_visible(letter) for letter in line):
        raise UnfitText("invisible", "Nothing of this can be seen")
    return line


def clean_text(text: str) -> str:
    """Text of several lines: a message, a note. Line breaks become "\\n". Raises UnfitText."""
    lines = nfc(_LINE_BREAKS.sub("\n", text))
    _insist_on_fit(lines, allowed=_FIT_IN_TEXT)
    if lines.strip() and not any(is_visible(letter) for letter in lines):
        raise UnfitText("invisible", "Nothing of this can be seen")
    return lines


def mended(text: str, rule: Callable[[str], str]) -> str:
    """The nearest text that `clean_line` or `clean_text` takes, for what was stored before there was a rule.

    Nothing, if nothing of it can be seen.
    """
    with suppress(UnfitText):
        return rule(text)
    allowed = _FIT_IN_TEXT if rule is clean_text else frozenset[str]()
    kept = _LINE_BREAKS.sub("\n", _MORE_MARKS.sub(r"\1", text))
    if rule is clean_line:
        kept = re.sub(r"\s+", " ", kept)
    while True:
        try:
            return rule(kept)
        except UnfitText as unfit:
            if unfit.code == "invisible":
                return ""
        # What stood beside a letter that is left out may have been fit because of it: look again.
        kept = "".join(
            letter
            for before, letter, after in zip(f" {kept}", kept, f"{kept[1:]} ", strict=False)
            if not _is_unfit(before, letter, after, allowed=allowed)
        )
        kept = _marks_cut(kept)


def _marks_cut(text: str) -> str:
    """Without the fifth mark on a letter and those behind it."""
    kept, marks = [], 0
    for letter in nfc(text):
        marks = marks + 1 if category(letter) in {"Mn", "Me"} else 0
        if marks <= _MARKS_MAX:
            kept.append(letter)
    return "".join(kept)


def _insist_on_fit(text: str, *, allowed: frozenset[str]) -> None:
    if _LONG_RUN_OF_MARKS.search(text):
        raise UnfitText("too_many_marks", "Too many marks on one letter")
    marks = 0
    plain = _TAGS.sub("\U0001f3f4", text)
    for before, letter, after in zip(f" {plain}", plain, f"{plain[1:]} ", strict=False):
        kind = category(letter)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks > _MARKS_MAX:
            raise UnfitText("too_many_marks", "Too many marks on one letter")
        if _is_unfit(before, letter, after, allowed=allowed):
            raise UnfitText(
                _CODES.get(letter if letter == "\0" else kind, "unfit_character"),
                f"The character U+{ord(letter):04X} does not belong here",
            )


def _is_unfit(before: str, letter: str, after: str, *, allowed: frozenset[str]) -> bool:
    kind = category(letter)
    has_no_form = letter in _BLANK or kind[0] == "C" or kind in {"Zl", "Zp"}
    return has_no_form and letter not in allowed and not _is_fit(before, letter, after)


def _is_fit(before: str, letter: str, after: str) -> bool:
    """Of what has no form of its own: what holds an emoji or a syllable together, and emoji newer than our tables."""
    if letter == _JOINER:
        return (_is_picture(before) and _is_picture(after)) or combining(before) == _VIRAMA
    if letter == _NON_JOINER:
        return bidirectional(before) == "AL" or combining(before) == _VIRAMA
    return letter not in _BLANK and _is_picture(letter)


def _is_picture(letter: str) -> bool:
    return (
        category(letter) in {"So", "Sm", "Sk"}
        or letter == "\ufe0f"
        or (0x1F000 <= ord(letter) <= 0x1FAFF and category(letter) == "Cn")
    )


def is_visible(letter: str) -> bool:
    return letter not in _BLANK and letter != "\ufe0f" and (category(letter)[0] in "LNPS" or _is_picture(letter))
