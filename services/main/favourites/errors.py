"""Why a salon cannot be kept."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyFavourites(Problem):
    """Facts: `max_favourites`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-favourites"
    title = "One account keeps no more favourites than this"
    title_ko = "찜할 수 있는 살롱 수를 넘었어요"
