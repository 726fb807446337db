"""The OpenAPI document and the page to browse it: made and packed once in a process, and after that only handed out."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator

from api.negotiation import takes_gzip

# A new version is there within a minute; a client that asks again in between is answered with 304.
KEPT_BY_ANYBODY = "public, max-age=60"
_making = threading.Lock()


class _Made(NamedTuple):
    body: bytes
    packed: bytes  # with gzip: packing 300 KB anew takes nginx longer than everything else about the request
    etag: str

    @property
    def etag_of_packed(self) -> str:
        return f'{self.etag[:-1]}-gzip"'


def make_once() -> None:
    """Everything that is handed out here, and with it all that views import."""
    for document in (_document, _page, _script):
        document()


@csrf_exempt  # nothing here changes anything: any other method is 405 to everybody
@require_safe
def openapi(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, _document(), content_type="application/json")


@csrf_exempt
@require_safe
def docs(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, _page(), content_type="text/html; charset=utf-8")


@csrf_exempt
@require_safe
def docs_script(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, _script(), content_type="text/javascript; charset=utf-8")


def _answer(request: HttpRequest, made: _Made, *, content_type: str) -> HttpResponseBase:
    packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    etag = made.etag_of_packed if packed else made.etag

    @condition(etag_func=lambda _request: etag)
    def whole(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(made.packed if packed else made.body, content_type=content_type)
        if packed:
            response["Content-Encoding"] = "gzip"
        return response

    response: HttpResponseBase = whole(request)
    response["Cache-Control"] = KEPT_BY_ANYBODY
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def _document() -> _Made:
    with _making:  # else the first ten who ask would each make it
        return _document_once()


@cache
def _document_once() -> _Made:
    with translation.override("en"):
        document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return _made(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


@cache
def _page() -> _Made:
    """Without a script of its own: the page must also work where only scripts of files may run."""
    folder = "drf_spectacular_sidecar/swagger-ui-dist"
    return _made(
        f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>댕댕살롱 API</title>
<link rel="icon" href="{static(f"{folder}/favicon-32x32.png")}">
<link rel="stylesheet" href="{static(f"{folder}/swagger-ui.css")}">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{static(f"{folder}/swagger-ui-bundle.js")}"></script>
<script src="docs.js"></script>
</body>
</html>
"""
    )


_SCRIPT = """"use strict";
const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  requestInterceptor: (request) => {
    if (cookie) request.headers["X-CSRFToken"] = cookie.slice("csrftoken=".length);
    return request;
  },
});
"""


@cache
def _script() -> _Made:
    return _made(_SCRIPT)


def _made(text: str) -> _Made:
    body = text.encode()
    # Without the time in it, every instance packs the same bytes.
    return _Made(body, gzip.compress(body, mtime=0), etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"')
