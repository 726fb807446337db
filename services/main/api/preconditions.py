"""Two people who change one thing: whoever read an older version of it is refused (RFC 9110, ETag and If-Match)."""

from __future__ import annotations

from http import HTTPStatus

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from salon_contracts.http.problem import Problem

IF_MATCH_PARAMETER = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="the ETag that was read: only then is it carried out"
)
_ANY = "*"


class ChangedMeanwhile(Problem):
    status = HTTPStatus.PRECONDITION_FAILED
    code = "changed-meanwhile"
    title = "This has been changed since you read it"
    title_ko = "그 사이에 내용이 바뀌었어요. 새로 고친 뒤 다시 시도해 주세요"


class Versions:
    """The versions that a request is for: those of its `If-Match`, all when it has none."""

    def __init__(self, request: Request) -> None:
        written = request.headers.get("If-Match")
        named = {tag.strip().removeprefix("W/") for tag in written.split(",")} if written is not None else {_ANY}
        self._named = named

    def insist_on(self, version: int) -> None:
        """Raises ChangedMeanwhile.

        A weak ETag counts as the strong one: ours names a version of the thing and no bytes, and nginx makes it weak in
        every answer that it compresses.
        """
        if _ANY not in self._named and etag_of(version) not in self._named:
            raise ChangedMeanwhile


def etag_of(version: int) -> str:
    return f'"{version}"'


def with_etag(response: Response, version: int) -> Response:
    response["ETag"] = etag_of(version)
    return response
