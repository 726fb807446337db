"""What nginx refuses by itself, and what main and queue refuse of a request before its endpoint is asked."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem, RateLimited, TooLarge, UnsupportedMediaType


class RequestTimeout(Problem):
    status = HTTPStatus.REQUEST_TIMEOUT
    code = "request-timeout"
    title = "The request did not arrive in time"
    title_ko = "요청이 제때 도착하지 않았어요"


class LengthRequired(Problem):
    status = HTTPStatus.LENGTH_REQUIRED
    code = "length-required"
    title = "Say how long the body is"
    title_ko = "본문의 길이를 알려 주세요"


class PreconditionFailed(Problem):
    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition-failed"
    title = "It is not as your request assumes"
    title_ko = "요청의 전제와 현재 상태가 달라요"


class UriTooLong(Problem):
    status = HTTPStatus.REQUEST_URI_TOO_LONG
    code = "uri-too-long"
    title = "The address is too long"
    title_ko = "주소가 너무 길어요"


class HeadersTooLarge(Problem):
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    code = "headers-too-large"
    title = "The headers of this request are too large, or too many"
    title_ko = "요청 헤더가 너무 크거나 많아요"


class NotImplementedHere(Problem):
    status = HTTPStatus.NOT_IMPLEMENTED
    code = "not-implemented"
    title = "This way of sending a body is not known here"
    title_ko = "지원하지 않는 전송 방식이에요"


class BadGateway(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.BAD_GATEWAY
    code = "bad-gateway"
    title = "No instance answers; please try again soon"
    title_ko = "응답하는 서버가 없어요. 곧 다시 시도해 주세요"


class Unavailable(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    title = "Too busy at the moment; please try again soon"
    title_ko = "지금은 이용이 많아요. 곧 다시 시도해 주세요"


class Overloaded(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "overloaded"
    title = "Very busy at the moment; please try again soon"
    title_ko = "지금 이용자가 많아요. 잠시 후 다시 시도해 주세요"


class GatewayTimeout(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    code = "gateway-timeout"
    title = "The answer took too long; please try again soon"
    title_ko = "응답이 너무 오래 걸렸어요. 곧 다시 시도해 주세요"


class VersionNotSupported(Problem):
    status = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
    code = "version-not-supported"
    title = "This version of HTTP is not known here"
    title_ko = "지원하지 않는 HTTP 버전이에요"


# Whatever is asked for, in the OpenAPI documents of main and of queue alike. `Problem` itself is the 400.
OF_ANY_REQUEST: tuple[type[Problem], ...] = (
    *(Problem, RequestTimeout, LengthRequired, TooLarge, UriTooLong, UnsupportedMediaType, RateLimited),
    *(HeadersTooLarge, NotImplementedHere, BadGateway, Unavailable, GatewayTimeout, VersionNotSupported),
)
