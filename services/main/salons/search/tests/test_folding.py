"""How a word was typed makes no difference to what it finds."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from salons.search.index import terms
from salons.search.index.folding import MOST_WORDS, Word, folded, initials, words_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "written", ["댕댕살롱", "댕댕 살롱", " 댕 댕 살 롱 ", "댕댕·살롱!", normalize("NFD", "댕댕살롱"), "댕댕\u3000살롱"]
)
def test_spaces_signs_and_the_way_of_typing_do_not_count(written: str) -> None:
    assert folded(written) == "댕댕살롱"


@pytest.mark.parametrize(("written", "one_form"), [("PUPPY", "puppy"), ("ＰＵＰＰＹ", "puppy"), ("２호점", "2호점")])
def test_capitals_and_wide_letters_do_not_count(written: str, one_form: str) -> None:
    assert folded(written) == one_form


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("댕댕살롱", "ㄷㄷㅅㄹ"),
        ("까미네", "ㄱㅁㄴ"),
        ("빵빵쌀롱", "ㅂㅂㅅㄹ"),
        ("2호점 Spa", "2ㅎㅈspa"),
        ("ㅋㅋ펫", "ㅋㅋㅍ"),
    ],
)
def test_first_consonants_are_plain_ones(name: str, found_by: str) -> None:
    assert initials(folded(name)) == found_by


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("ㄷㄷㅅㄹ", [Word("ㄷㄷㅅㄹ", is_initials=True)]),
        ("ㄲㅁ", [Word("ㄱㅁ", is_initials=True)]),
        ("\u1103\u1103", [Word("ㄷㄷ", is_initials=True)]),  # as the beginnings of syllables
        ("ㄳ", [Word("ㄱㅅ", is_initials=True)]),  # joined by the input method
        ("ㅄㄹ", [Word("ㅂㅅㄹ", is_initials=True)]),
        ("보ㄷ", [Word("보", is_initials=False)]),  # a syllable that is not finished
        ("강남 ㄷㄷ", [Word("강남", is_initials=False), Word("ㄷㄷ", is_initials=True)]),
        (
            "강남 강남  강 남",
            [Word("강남", is_initials=False), Word("강", is_initials=False), Word("남", is_initials=False)],
        ),
        ("!!! …", []),
        ("ㅏㅏ", []),
    ],
)
def test_a_query_is_words_and_consonants(typed: str, means: list[Word]) -> None:
    assert words_of(typed) == means


def test_a_query_has_an_end() -> None:
    assert len(words_of(" ".join(f"낱말{number}" for number in range(50)))) == MOST_WORDS


def test_every_part_of_a_text_that_can_be_asked_for_is_listed() -> None:
    line = folded("보들보들 살롱 강남점")
    listed = terms.of_text(line) | terms.of_initials(initials(line))

    for begin in range(len(line)):
        for end in range(begin + 2, len(line) + 1):
            for word in (Word(line[begin:end], is_initials=False), Word(initials(line[begin:end]), is_initials=True)):
                assert set(terms.of_word(word)) <= listed
