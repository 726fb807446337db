"""`python decode.py`: a photo on its standard input, three of ours on its output, or the code of a refusal.

It is alone with the bytes: no settings, no secrets, no store, a limit on memory and time. A decoder that is led astray
here has nothing to take and dies by itself. The output is one line of JSON, and the sizes behind it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sizes import (  # type: ignore[import-not-found,unused-ignore]  # beside this file
    CPU_SECONDS,
    LEAST_SIDE,
    MAX_BYTES,
    MEMORY_BYTES,
    MOST_PIXELS,
    MOST_SIDE,
    SIZES,
)


class Refused(Exception):
    """Its text is the code."""


def main() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        answer, parts = _made_anew(content)
    except Refused as refused:
        answer, parts = {"refused": str(refused)}, []
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError, IndexError, TypeError):
        # What Pillow raises on bytes that are not what they begin as.
        answer, parts = {"refused": "damaged"}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))


def _made_anew(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

    if not content:
        raise Refused("empty")
    if len(content) > MAX_BYTES:
        raise Refused("too-large")
    # Ours is the limit, and it is looked at before a pixel is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        photo = Image.open(io.BytesIO(content), formats=tuple(MOST_PIXELS))
    except UnidentifiedImageError:
        raise Refused("not-a-photo") from None
    if photo.format == "MPO":
        # A phone's JPEG with a preview or a depth map behind it: the first of them is the photo.
        photo = JpegImagePlugin.JpegImageFile(io.BytesIO(content))
    _insist_on_size(photo)
    if getattr(photo, "n_frames", 1) > 1:
        raise Refused("animated")
    if photo.format == "JPEG":
        # Decoded at the smallest fraction that is not below the largest of ours.
        photo.draft(None, (SIZES["large"], SIZES["large"]))
    photo.load()
    turned = ImageOps.exif_transpose(_in_colours(photo))
    # The largest first, and each of the next of the one before: none is in memory twice.
    largest_first = sorted(SIZES.items(), key=lambda size: size[1], reverse=True)
    made = {name: _encoded(turned, longest) for name, longest in largest_first}
    sizes = {name: len(part) for name, (part, _, _) in made.items()}
    _, width, height = made["large"]
    return {"sizes": sizes, "width": width, "height": height}, [part for part, _, _ in made.values()]


def _insist_on_size(photo: Any) -> None:
    width, height = photo.size
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS[photo.format]:
        raise Refused("too-many-pixels")
    if min(width, height) < LEAST_SIDE:
        raise Refused("too-few-pixels")


def _in_colours(photo: Any) -> Any:
    """RGB, with what can be seen through on white; the photo's own colours, where it names a profile of them."""
    from PIL import Image

    exif, profile = photo.getexif(), photo.info.get("icc_profile")
    if photo.mode in {"I", "I;16", "I;16B", "F"}:
        photo = photo.convert("I").point(lambda value: value / 256).convert("L")
    if photo.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in photo.info:
        seen = photo.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        photo, profile = white, None
    if profile:
        photo = _in_srgb(photo, profile)
    plain = photo if photo.mode == "RGB" else photo.convert("RGB")
    # For the orientation alone: nothing of this is written.
    plain.getexif()[0x0112] = exif.get(0x0112, 1)
    return plain


def _in_srgb(photo: Any, profile: bytes) -> Any:
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(photo, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or photo
    except (ImageCms.PyCMSError, OSError, ValueError):
        return photo


def _encoded(photo: Any, longest: int) -> tuple[bytes, int, int]:
    """Makes it smaller, and writes pixels and nothing else: no EXIF, no XMP, no comment, no profile."""
    from PIL import Image

    photo.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    bare = Image.new("RGB", photo.size)
    bare.paste(photo)
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=80, method=4)
    return out.getvalue(), *bare.size


if __name__ == "__main__":
    main()
