"""Why a dog cannot be kept here."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyDogs(Problem):
    """Facts: `max_dogs`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-dogs"
    title = "One account holds no more dogs than this"
    title_ko = "한 계정에 등록할 수 있는 강아지 수를 넘었어요"
