"""A stranger's bytes in, three sizes of ours or a reason out. Needs no server."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from photos.reencoding import contained
from photos.reencoding.contained import Unfit, made_anew
from photos.reencoding.refusals import REASONS
from photos.reencoding.sizes import MAX_BYTES, SIZES
from photos.tests.pictures import (
    PHOTOS,
    REFUSED,
    corners,
    corners_of,
    turned,
    with_place,
    written,
)
from salon_contracts.http.refusals import Overloaded

pytestmark = [pytest.mark.unit, pytest.mark.timeout(300)]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("name", PHOTOS)
def test_every_form_of_photo_becomes_plain_pixels_in_three_sizes(name: str) -> None:
    made = made_anew(PHOTOS[name]())

    assert set(made.sizes) == set(SIZES)
    for size, content in made.sizes.items():
        photo = opened(content)
        assert (photo.format, photo.mode) == ("WEBP", "RGB")
        assert max(photo.size) == min(SIZES[size], 400)
        assert b"<script" not in content
    assert (made.width, made.height) == (400, 300)


@pytest.mark.parametrize("name", ["a JPEG", "a JPEG in CMYK", "a PNG with a palette", "a WebP"])
def test_colours_stay_where_they_are(name: str) -> None:
    assert corners_of(opened(made_anew(PHOTOS[name]()).sizes["small"])) == [0, 1, 2, 3]


def test_what_can_be_seen_through_is_white() -> None:
    photo = opened(made_anew(PHOTOS["a PNG that can be seen through"]()).sizes["small"])

    assert not any(photo.convert("L").histogram()[:250])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_of_ours_is_refused_with_its_code(name: str) -> None:
    content, code = REFUSED[name]

    with pytest.raises(Unfit) as refused:
        made_anew(content())

    assert refused.value.code == code
    assert code in REASONS


@pytest.mark.parametrize("content", [b"", b"\xff" * (MAX_BYTES + 1)], ids=["empty", "too large"])
def test_a_store_that_enforces_nothing_is_not_believed(content: bytes) -> None:
    with pytest.raises(Unfit) as refused:
        made_anew(content)

    assert refused.value.code == ("too-large" if content else "empty")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_as_it_was_held(orientation: int) -> None:
    made = made_anew(turned(orientation))

    assert (made.width, made.height) == (400, 300)
    assert corners_of(opened(made.sizes["medium"])) == [0, 1, 2, 3]


def test_nothing_says_where_or_by_what_it_was_taken() -> None:
    original = with_place()
    assert all(word in original for word in (b"SecretPhone", b"SecretXmp", b"SecretComment"))

    for content in made_anew(original).sizes.values():
        assert b"Secret" not in content
        assert not opened(content).getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(content).info)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_spoiled_photo_does_more_than_be_refused(data: st.DataObject) -> None:
    """Bytes overwritten anywhere in a photo of any form: either it is one still, or the code of a reason."""
    name = data.draw(st.sampled_from(sorted(PHOTOS)))
    content = bytearray(PHOTOS[name]())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    made, code = _made_or_why_not(bytes(content))

    assert code in {"", *REASONS}
    assert all(opened(part).format == "WEBP" for part in made)


def _made_or_why_not(content: bytes) -> tuple[list[bytes], str]:
    try:
        return list(made_anew(content).sizes.values()), ""
    except Unfit as refused:
        return [], refused.code


# A small process between: a child begins with the memory of whoever forks it, and tests grow large.
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.PIPE, env={}, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, len(done.stdout))
"""


def test_decoding_takes_no_more_memory_than_it_may() -> None:
    """The largest that is taken, of the form of which every pixel is in memory."""
    decoder = [sys.executable, "-I", str(contained.PROGRAM)]

    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, *decoder],
        input=written(Image.new("RGB", (5_000, 6_000)), "PNG"),
        capture_output=True,
        check=True,
    )

    kilobytes, answered = (int(word) for word in measured.stdout.split())
    assert answered > 1_000
    assert kilobytes < 450 * 1024


@pytest.mark.parametrize("dies", ["os.kill(os.getpid(), 9)", "bytearray(2**40)", "sys.exit(1)"])
def test_a_decoder_that_dies_is_one_refused_photo_and_nothing_else(
    dies: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "decode.py"
    program.write_text(f"import os, sys\n{dies}\n")
    with monkeypatch.context() as patched:
        patched.setattr(contained, "PROGRAM", program)
        with pytest.raises(Unfit, match="too-costly"):
            made_anew(written(corners()))

    assert made_anew(written(corners())).width == 400


def test_no_more_are_decoded_at_once_than_there_are_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "_free", threading.BoundedSemaphore(1))
    monkeypatch.setattr(contained, "TURN_SECONDS", 0.05)
    photo = written(corners())

    contained._free.acquire()
    with pytest.raises(Overloaded):
        made_anew(photo)
    contained._free.release()

    assert made_anew(photo).width == 400


def test_the_process_that_decodes_knows_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    run = subprocess.run

    def watched(*words: Any, **options: Any) -> Any:
        seen.update(options)
        return run(*words, **options)

    monkeypatch.setattr(subprocess, "run", watched)

    made_anew(written(corners()))

    assert seen["env"] == {}
