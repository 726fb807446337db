"""Why somebody cannot be blocked."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyBlocks(Problem):
    """Facts: `max_blocks`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-blocks"
    title = "One account blocks no more people than this"
    title_ko = "차단할 수 있는 사람 수를 넘었어요"
