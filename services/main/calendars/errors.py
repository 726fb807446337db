"""Why there is no other address for a calendar."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyFeeds(Problem):
    """Facts: `max_feeds`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-feeds"
    title = "You have as many calendar addresses as one person may have; revoke one first"
    title_ko = "캘린더 구독 주소가 너무 많아요. 쓰지 않는 주소를 지운 뒤에 다시 시도해 주세요"
