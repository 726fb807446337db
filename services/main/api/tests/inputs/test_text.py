"""What people write: one form for what looks the same, and nothing that cannot be seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from unicodedata import is_normalized, normalize

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from accounts.credentials.canonical import UnfitEmail, canonical_email
from api.inputs.body_fields import CleanLineField, CleanTextField, StrictSerializer, StrictStringField
from api.inputs.converters import AnyCaseUUIDConverter
from api.inputs.text import UnfitText, clean_line, clean_text, mended, nfc

pytestmark = pytest.mark.unit

# Not text that people read: secrets and tokens are compared, an address has a form of its own.
NOT_PROSE = {
    "order_id",
    "payment_key",
    *("password", "new_password", "refresh_token", "device_token", "token", "code", "email", "value"),
    *("id_token", "redirect_uri", "code_verifier", "nonce", "state", "return_to"),
}

ALIKE_TO_ANOTHER = [
    "보\u200b리",
    "보\u200d리",
    "보\ufeff리",
    "보\u00ad리",
    "보\u2060리",
    "\u202e리보",
    "보\u2066리",
    "보\u200e리",
    "보\u0000리",
    "보\u001b[31m리",
    "보\u007f리",
    "보\u0085리",
    "보\u3164리",
    "보\u115f리",
    "보\uffa0리",
    "보\u2800리",
    "보\ue000리",
    "보\uffff리",
    "보\u0378리",
    "보\U000e0041리",
    "e" + "\u0301" * 9,
]
BREAKS = ["보\n리", "보리\n", "\n보리", "보\r리", "보\u2028리", "보\u2029리", "보\t리", "보\u000b리"]
LEGAL = [
    "보리",
    "보리 👨\u200d👩\u200d👧",
    "👩🏽\u200d🚒",
    "🏳️\u200d🌈",
    "❤️",
    "#️⃣",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\U0001fae8",
    "می\u200cخواهم",
    "क्\u200dष",
    "ชื่อ",
    "Zoë-Ann O’Hara, Jr.",
]


# Marks, joiners, fillers, breaks and tags beside letters of several scripts.
UGLY = "e\u0301\u0489\u0fb2\u0f71\u200d\u200c\u3164\u115f\u1161\r\n\t\u2028 ❤️👩🏽क्می🏴\U000e0067\U000e007f\u202e\0보가"


@pytest.mark.parametrize("line", [*ALIKE_TO_ANOTHER, *BREAKS, "\ud800", "\u200d", "\ufe0f", "\u0301"])
def test_what_cannot_be_seen_or_breaks_the_line_is_no_name(line: str) -> None:
    with pytest.raises(UnfitText):
        clean_line(line)


@pytest.mark.parametrize("line", LEGAL)
def test_names_of_all_scripts_and_whole_emoji_stay_as_they_are(line: str) -> None:
    assert clean_line(normalize("NFD", line)) == normalize("NFC", line)
    assert clean_text(line) == normalize("NFC", line)


def test_a_message_may_have_lines_and_its_breaks_are_one_kind() -> None:
    assert clean_text("첫 줄\r\n둘째 줄\r\n\t셋째\r") == "첫 줄\n둘째 줄\n\t셋째\n"


@pytest.mark.parametrize(
    "text", ["\u202e거꾸로", "\u0000", "\u2066a", "\u001b]0;x\u0007", "\ud800", "\u3164\u3164", "\u200b"]
)
def test_what_turns_or_hides_a_message_is_refused(text: str) -> None:
    with pytest.raises(UnfitText):
        clean_text(text)


@given(st.text())
def test_what_is_taken_is_in_one_form_and_taken_again_as_it_is(text: str) -> None:
    for rule in (clean_line, clean_text):
        try:
            cleaned = rule(text)
        except UnfitText:
            continue
        assert is_normalized("NFC", cleaned)
        assert rule(cleaned) == cleaned


def _inputs(of: type[serializers.Serializer]) -> Iterator[type[serializers.Serializer]]:  # type: ignore[type-arg]
    for found in of.__subclasses__():
        yield found
        yield from _inputs(found)


def test_every_text_that_an_endpoint_takes_is_clean() -> None:
    get_resolver().url_patterns  # noqa: B018  # imports every view, and with it its Input
    prose = {
        f"{found.__qualname__}.{name}": field
        for found in _inputs(StrictSerializer)
        for name, field in found().fields.items()
        if isinstance(field, serializers.CharField) and name not in NOT_PROSE
    }

    assert "AccountsView.Input.name" in prose
    unclean = [name for name, field in prose.items() if not isinstance(field, CleanLineField | CleanTextField)]
    assert unclean == []
    for name, field in prose.items():
        assert field.run_validation(normalize("NFD", "보리 é")) == "보리 é", name
        for bad in ("a\u0000b", "a\u202eb", "a\u200bb"):
            with pytest.raises(serializers.ValidationError):
                field.run_validation(bad)


def test_a_line_of_nothing_but_spaces_is_blank() -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        CleanLineField().run_validation(" \u3000\u00a0 ")

    assert refused.value.get_codes() == ["blank"]
    assert StrictStringField(trim_whitespace=False).run_validation(" ") == " "


def _patterns(of: URLResolver) -> Iterator[URLPattern]:
    for found in of.url_patterns:
        if isinstance(found, URLResolver):
            yield from _patterns(found)
        else:
            yield found


def test_every_id_in_an_address_may_be_written_in_capitals() -> None:
    used = [type(one) for pattern in _patterns(get_resolver()) for one in pattern.pattern.converters.values()]

    assert AnyCaseUUIDConverter in used
    assert UUIDConverter not in used


@pytest.mark.parametrize("marks", ["\u0323\u0301", "\u0301", "\u0f73", "\u3099\u0334"])
def test_marks_without_end_cost_no_more_than_other_text(marks: str) -> None:
    text = "a" + marks * 50_000
    began = time.monotonic()

    nfc(text)
    for clean in (clean_line, clean_text):
        with pytest.raises(UnfitText):
            clean(text)
    with pytest.raises(UnfitEmail):
        canonical_email(f"{text}@daengdaeng.test")

    # Sorting them takes minutes.
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("rule", [clean_line, clean_text])
@given(text=st.text(st.characters(), max_size=40) | st.text(st.sampled_from(UGLY), max_size=40))
def test_what_was_stored_before_the_rule_becomes_something_that_the_rule_takes(
    rule: Callable[[str], str], text: str
) -> None:
    fit = mended(text, rule)

    assert fit == "" or rule(fit) == fit
    try:
        assert fit == rule(text)
    except UnfitText:
        assert mended(fit, rule) == fit
