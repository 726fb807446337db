"""Photos drawn by program, and bytes that only say that they are photos."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

GPS = 0x8825
ORIENTATION = 0x0112
# Red above left, green above right, blue below left, white below right.
CORNERS = ((220, 30, 30), (30, 200, 30), (30, 30, 220), (240, 240, 240))


def corners(width: int = 400, height: int = 300) -> Image.Image:
    drawn = Image.new("RGB", (width, height))
    for number, colour in enumerate(CORNERS):
        drawn.paste(colour, _quarter(number, width, height))
    return drawn


def _quarter(number: int, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = (number % 2) * width // 2, (number // 2) * height // 2
    return left, top, left + width // 2, top + height // 2


def corners_of(photo: Image.Image) -> list[int]:
    """Which of CORNERS is nearest in each quarter, in their order."""
    width, height = photo.size
    return [_nearest(photo.crop(_quarter(number, width, height)).resize((1, 1))) for number in range(4)]


def _nearest(dot: Image.Image) -> int:
    seen: Any = dot.convert("RGB").getpixel((0, 0))
    distances = [sum((a - b) ** 2 for a, b in zip(seen, colour, strict=True)) for colour in CORNERS]
    return distances.index(min(distances))


def written(photo: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    photo.save(out, form, **options)
    return out.getvalue()


def turned(orientation: int) -> bytes:
    """Stored as a phone that was held so stores it: whoever applies the flag sees `corners`."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = corners() if orientation == 1 else corners().transpose(undo[orientation])
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return written(stored, exif=exif)


def with_place() -> bytes:
    """Taken at somebody's home, by a phone that says so in three ways."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    degrees = (IFDRational(37), IFDRational(30), IFDRational(0))
    exif.get_ifd(GPS).update({1: "N", 2: degrees, 3: "E", 4: degrees})
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretXmp</x:xmpmeta>'
    return written(corners(), exif=exif, comment=b"SecretComment", xmp=xmp)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def declared(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = _chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + pixels + _chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    return written(corners(), form, save_all=True, append_images=[Image.new("RGB", (400, 300), "red")])


PHOTOS: dict[str, Callable[[], bytes]] = {
    "a JPEG": lambda: written(corners()),
    "a progressive JPEG": lambda: written(corners(), progressive=True),
    "a JPEG in CMYK": lambda: written(corners().convert("CMYK")),
    "a grey JPEG": lambda: written(corners().convert("L")),
    "a JPEG with a preview behind it": lambda: written(
        corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (100, 80), "red")]
    ),
    "a PNG": lambda: written(corners(), "PNG"),
    "a PNG with a palette": lambda: written(corners().convert("P"), "PNG"),
    "a PNG of 16 bits": lambda: written(Image.new("I;16", (400, 300), 40_000), "PNG"),
    "a PNG that can be seen through": lambda: written(Image.new("RGBA", (400, 300), (255, 0, 0, 0)), "PNG"),
    "a PNG of one bit": lambda: written(corners().convert("1"), "PNG"),
    "a WebP": lambda: written(corners(), "WEBP"),
    "a JPEG with a page behind it": lambda: written(corners()) + b"<script>alert(1)</script>",
}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a drawing with a script": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "not-a-photo"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", "not-a-photo"),
    "a page that begins as a GIF": (lambda: b"GIF89a=1;<script>alert(1)</script>", "not-a-photo"),
    "a GIF": (lambda: written(corners(), "GIF"), "not-a-photo"),
    "a TIFF": (lambda: written(corners(), "TIFF"), "not-a-photo"),
    "a PDF": (lambda: written(corners(), "PDF"), "not-a-photo"),
    "nothing but a beginning": (lambda: b"\xff\xd8\xff", "not-a-photo"),
    "half a JPEG": (lambda: written(corners())[:2000], "damaged"),
    "half a PNG": (lambda: written(Image.effect_noise((400, 300), 80), "PNG")[:9000], "damaged"),
    "half a WebP": (lambda: written(corners(), "WEBP")[:300], "damaged"),
    "a PNG that says 50,000 x 50,000": (lambda: declared(50_000, 50_000), "too-many-pixels"),
    "a PNG that says 200 x 200,000": (lambda: declared(200, 200_000), "too-many-pixels"),
    "a dot": (lambda: written(Image.new("RGB", (1, 1)), "PNG"), "too-few-pixels"),
    "a moving WebP": (lambda: moving("WEBP"), "animated"),
    "a moving PNG": (lambda: moving("PNG"), "animated"),
}
