"""A field of a body takes the one spelling that docs/api.md has for it, not all that Python can read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.inputs.body_fields import MomentField

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-30T12:30:00+09:00\0",
        "2026-11-30T12:30:00+09:00\n",
        " 2026-11-30T12:30:00+09:00",
        "2026-W49-2T10:00:00+09:00",
        "2026-W49-2",
        "20261201T100000+0900",
        "2026-12-01T10:00:00+0900",
        "2026-12-01T10:00:00+09",
        "2026-12-01T10:00:00+09:00:30",
        "2026-12-01T10:00:00+24:00",
        "2026-12-01T10:00:00+09:60",
        "2026-12-01T10:00:00 +09:00",
        "2026-12-01T10:00:00,5+09:00",
        "2026-12-01T10:00:00.+09:00",
        "2026-12-01T10:00+09:00",
        "2026-12-01T10+09:00",
        "2026-12-01 10:00:00+09:00",
        "2026-12-01_10:00:00+09:00",
        "2026-12-01T24:00:00+09:00",
        "2026-12-01T10:00:60+09:00",
        "2026-02-30T10:00:00+09:00",
        "2026-12-01",
        "２０２６-12-01T10:00:00+09:00",
        "2026-12-01T10:00:00+٠٩:00",
        "1796000000",
        "",
        1796000000,
        None,
        True,
    ],
)
def test_a_time_that_is_not_written_as_rfc_3339_says_is_refused(written: object) -> None:
    assert _refusal_of(written) in {"invalid", "null"}


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-01T10:00:00+09:00",
        "2026-12-01T01:00:00Z",
        "2026-12-01t01:00:00z",
        "2026-12-01T01:00:00.000000000+00:00",
        "2026-11-30T20:30:00-04:30",
    ],
)
def test_each_spelling_of_rfc_3339_is_the_same_moment(written: str) -> None:
    assert MomentField().run_validation(written) == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_a_time_without_its_offset_is_told_to_say_it() -> None:
    assert _refusal_of("2026-12-01T10:00:00") == "no_offset"


def _refusal_of(written: object) -> str:
    with pytest.raises(ValidationError) as refused:
        MomentField().run_validation(written)
    (detail,) = list(refused.value.detail)
    assert isinstance(detail, ErrorDetail)
    return str(detail.code)
