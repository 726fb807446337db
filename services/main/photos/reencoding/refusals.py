"""Why bytes are no photo that we take: by the code that clients see, in English and in Korean."""

from __future__ import annotations

from api.language import words
from salon_contracts.http.problem import InvalidInput

REASONS = {
    "empty": ("The file is empty", "빈 파일이에요"),
    "too-large": ("The file is larger than 15 MB", "15MB보다 큰 파일이에요"),
    "not-a-photo": ("This is no JPEG, PNG or WebP image", "JPEG, PNG, WebP 사진이 아니에요"),
    "animated": ("A photo does not move: send one frame", "움직이는 사진은 올릴 수 없어요"),
    "damaged": ("The photo is damaged or not whole", "사진이 손상되었거나 덜 올라왔어요"),
    "too-many-pixels": ("The photo has too many pixels", "사진의 해상도가 너무 높아요"),
    "too-few-pixels": ("Both sides have 64 pixels or more", "가로와 세로가 64픽셀 이상이어야 해요"),
    "too-costly": ("The photo takes too long to read", "사진을 읽는 데 너무 오래 걸려요"),
}
FIELD = "file"


def refusal(code: str) -> InvalidInput:
    en, ko = REASONS[code]
    return InvalidInput(errors=[{"field": FIELD, "code": code, "detail": words(en=en, ko=ko)}])
