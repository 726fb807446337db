"""Why a photo is not taken."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyPhotos(Problem):
    """Facts: `max_photos`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-photos"
    title = "So many photos that are shown nowhere are enough; show some of them, or wait until they are removed"
    title_ko = "아직 쓰지 않은 사진이 너무 많아요. 사진을 쓰거나 하루 뒤에 다시 시도해 주세요"


class NothingUploaded(Problem):
    status = HTTPStatus.CONFLICT
    code = "nothing-uploaded"
    title = "The photo has not been posted to the store yet"
    title_ko = "아직 사진이 올라오지 않았어요"


class PhotoIsBeingChecked(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.CONFLICT
    code = "photo-is-being-checked"
    title = "This photo is being looked at already; please ask again in a moment"
    title_ko = "사진을 확인하고 있어요. 잠시 후 다시 시도해 주세요"
