"""The one failure shape: raise a fact, and let the edge of each process translate it (RFC 9457)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "https://daengdaeng.salon/problems/"


class Problem(Exception):
    """A refusal that a person or a client can act on.

    Subclasses set `status`, `code` and the titles. Facts given to the constructor are members of the
    answer, so they must be JSON and must be fit for strangers' eyes. `retry_after_seconds`, when given,
    also becomes the Retry-After header.
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be understood"
    title_ko: ClassVar[str] = "요청을 이해할 수 없어요"

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.facts = facts

    @property
    def retry_after_seconds(self) -> int | None:
        """Whole seconds after which another try makes sense, or None."""
        value = self.facts.get("retry_after_seconds")
        return int(value) if value is not None else None

    def headers(self) -> dict[str, str]:
        if self.retry_after_seconds is None:
            return {}
        return {"Retry-After": str(self.retry_after_seconds)}

    def body(self, *, language: str = "ko", instance: str | None = None) -> dict[str, Any]:
        """The members of the problem+json document. `language` is "ko" or "en"."""
        document: dict[str, Any] = {
            "type": TYPE_PREFIX + self.code,
            "title": self.title if language == "en" else self.title_ko,
            "status": int(self.status),
            "code": self.code,
        }
        if self.detail:
            document["detail"] = self.detail
        if instance:
            document["instance"] = instance
        return {**self.facts, **document}


class ProblemDocument(BaseModel):
    """What `Problem.body` gives. Some problems have facts of their own beside these, as docs/api.md says."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str | None = None
    instance: str | None = None


class MalformedRequest(Problem):
    code = "malformed-request"
    title = "The body is not valid JSON"
    title_ko = "본문이 올바른 JSON이 아니에요"


class InvalidInput(Problem):
    """Facts: `errors`, a list of {field, code, detail}."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid-input"
    title = "Some fields are not acceptable"
    title_ko = "올바르지 않은 항목이 있어요"


class NotSignedIn(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "not-signed-in"
    title = "Please sign in"
    title_ko = "로그인이 필요해요"

    def headers(self) -> dict[str, str]:
        return {**super().headers(), "WWW-Authenticate": "Bearer"}


class InvalidToken(NotSignedIn):
    code = "invalid-token"
    title = "This access token is expired or not ours"
    title_ko = "만료되었거나 잘못된 인증 정보예요"


class SignedInAsAnother(Problem):
    """The page acts for one account and the token is another's: in another tab somebody else signed in."""

    status = HTTPStatus.CONFLICT
    code = "signed-in-as-another"
    title = "Somebody else is signed in now; please load the page again"
    title_ko = "다른 계정으로 로그인되어 있어요. 페이지를 새로 고쳐 주세요"


class Forbidden(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = "Your role does not allow this"
    title_ko = "권한이 없어요"


class ForeignOrigin(Forbidden):
    code = "foreign-origin"
    title = "This request came from another site"
    title_ko = "다른 사이트에서 온 요청이에요"


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not-found"
    title = "There is no such thing"
    title_ko = "찾을 수 없어요"


class UnknownCouponEvent(NotFound):
    code = "unknown-event"
    title = "There is no such coupon event"
    title_ko = "없는 쿠폰 이벤트예요"


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method-not-allowed"
    title = "This address does not take that method"
    title_ko = "지원하지 않는 방법이에요"


class NotAcceptable(Problem):
    status = HTTPStatus.NOT_ACCEPTABLE
    code = "not-acceptable"
    title = "This cannot be given in the form you ask for"
    title_ko = "요청한 형식으로 줄 수 없어요"


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported-media-type"
    title = "Send application/json"
    title_ko = "application/json 형식으로 보내 주세요"


class TooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too-large"
    title = "The request is too large"
    title_ko = "요청이 너무 커요"


class RateLimited(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "rate-limited"
    title = "Too many requests; please wait a little"
    title_ko = "요청이 너무 많아요. 잠시 후 다시 시도해 주세요"


class DependencyDown(Problem):
    """Facts: `dependency` and `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "dependency-down"
    title = "A part of the service is resting; please try again soon"
    title_ko = "서비스 일부가 잠시 멈췄어요. 곧 다시 시도해 주세요"


class InternalError(Problem):
    """What a stranger sees of a bug. The log has the rest, under the trace id."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal-error"
    title = "Something went wrong on our side"
    title_ko = "저희 쪽에서 문제가 생겼어요"


_WEIGHT = re.compile(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*")


def language_of(accept_language: str | None) -> str:
    """ "en" or "ko", whichever the header weighs more; the earlier of two that weigh the same, "ko" without any."""
    chosen, best = "ko", 0.0
    for part in (accept_language or "").lower().split(",")[:50]:
        tag, _, parameter = part.partition(";")
        language = tag.strip().partition("-")[0]
        weight = _WEIGHT.fullmatch(parameter)
        weighs = float(weight[1]) if weight else 1.0
        if language in {"ko", "en"} and weighs > best:
            chosen, best = language, weighs
    return chosen
