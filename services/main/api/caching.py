"""Answers that anybody may keep for a moment. All others are private (api.answering)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

KEPT_SHORTLY = "public, max-age=10"
# nginx's own header, which it takes out: so long it answers for us (deploy/nginx/site.conf.template).
KEPT_BY_NGINX = ("X-Accel-Expires", "2")
Endpoint = Callable[..., Response]


def kept_shortly(endpoint: Endpoint) -> Endpoint:
    """For a view method whose answer is the same for everybody, in every language. Its refusals are not kept."""

    @wraps(endpoint)
    def answer(view: APIView, request: Request, *args: Any, **options: Any) -> Response:
        response = endpoint(view, request, *args, **options)
        response["Cache-Control"] = KEPT_SHORTLY
        name, seconds = KEPT_BY_NGINX
        response[name] = seconds
        return response

    return answer
