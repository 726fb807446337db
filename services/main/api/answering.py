"""What every answer of main has in common, whoever made it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDict

from api.problems import as_response
from salon_contracts.http.problem import (
    MEDIA_TYPE,
    Forbidden,
    InternalError,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    UnsupportedMediaType,
    language_of,
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ADMIN = "/admin/"
PRIVATE = "private, no-store"
_DEPENDS_ON = ("Cookie", "Authorization", "Accept-Language", "Origin")
_BY_STATUS: dict[int, type[Problem]] = {
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMediaType,
}


def kept_private(get_response: GetResponse) -> GetResponse:
    """No answer is kept by anybody between us and the person, unless its view says that it is everybody's."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = PRIVATE
        if "public" not in response["Cache-Control"] and not request.path.startswith(f"/{settings.STATIC_URL}"):
            patch_vary_headers(response, _DEPENDS_ON)
        return response

    return answer


def in_one_shape(get_response: GetResponse) -> GetResponse:
    """Refusals of libraries that ask none of our handlers, such as a method that an admin page does not take."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code < 400 or settings.DEBUG:
            return response
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        usual = InternalError if response.status_code >= 500 else Problem
        shaped = as_response(_BY_STATUS.get(response.status_code, usual)(), request)
        if response.has_header("Allow"):
            shaped["Allow"] = response["Allow"]
        return shaped

    return answer


def in_their_language(get_response: GetResponse) -> GetResponse:
    """As LocaleMiddleware, but by the reading of the header that the titles of problems have; the admin is Korean."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        at_admin = request.path.startswith(ADMIN)
        language = "ko" if at_admin else language_of(request.headers.get("Accept-Language"))
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


def forms_only_at_admin(get_response: GetResponse) -> GetResponse:
    """Elsewhere nothing reads `request.POST`, Django's CSRF check included: no form of a stranger's is parsed."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ADMIN):
            request.POST = QueryDict()
            request._files = MultiValueDict()  # type: ignore[attr-defined]  # noqa: SLF001  # what FILES returns
        return get_response(request)

    return answer


class AnsweringOptions:
    """Which methods an address takes is said to everybody alike, before a view asks who they are."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, options: object
    ) -> HttpResponse | None:
        if request.path.startswith(ADMIN):
            return None
        page = getattr(view, "cls", None)
        taken = [name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(page, name)] or ["GET"]
        if "GET" in taken:
            taken.insert(1, "HEAD")
        if request.method in taken:
            return None
        answer = HttpResponse(status=204) if request.method == "OPTIONS" else as_response(MethodNotAllowed(), request)
        answer["Allow"] = ", ".join([*taken, "OPTIONS"])
        return answer
