"""Helpers to say in the OpenAPI document what an endpoint answers, its refusals among it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema_serializer
from rest_framework import serializers

from api.paging import DEFAULT_LIMIT, MAX_LIMIT
from salon_contracts.http.problem import MEDIA_TYPE, Problem

IDEMPOTENCY_KEY_PARAMETER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 66},
    OpenApiParameter.HEADER,
    description="your name for this request: sent again within two days, it is answered with what it made",
)
PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="`next` of the page before"),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
]


@extend_schema_serializer(component_name="Problem")
class ProblemShown(serializers.Serializer[Any]):
    """RFC 9457. Further members are facts of the problem, such as `errors` or `retry_after_seconds`."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    instance = serializers.CharField(required=False)


def answers(good: Mapping[Any, Any], *problems: type[Problem]) -> dict[Any, Any]:
    """`good` by status, or by status and media type, and each refusal of this endpoint by its status, with the document
    as an example.

    What any endpoint may answer (not signed in, invalid input, rate limits, dependency down …) is added by
    `api.documents.openapi`.
    """
    by_status: dict[int, list[type[Problem]]] = {}
    for problem in problems:
        by_status.setdefault(int(problem.status), []).append(problem)
    refusals = {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemShown,
            description=" / ".join(f"`{problem.code}` {problem.title}" for problem in same),
            examples=[OpenApiExample(problem.code, value=problem().body(language="en")) for problem in same],
        )
        for status, same in by_status.items()
    }
    return {**good, **refusals}
