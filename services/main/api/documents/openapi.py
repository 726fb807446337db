"""What the OpenAPI document says beyond the views: how to sign in, and what any endpoint may refuse."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension

from api.callers.identity import ACCESS_COOKIE
from salon_contracts.http.access_tokens import ON_BEHALF_OF_HEADER, ON_BEHALF_OF_PARAMETER
from salon_contracts.http.problem import (
    MEDIA_TYPE,
    DependencyDown,
    ForeignOrigin,
    InvalidInput,
    InvalidToken,
    MalformedRequest,
    NotAcceptable,
    NotSignedIn,
    Problem,
    SignedInAsAnother,
)
from salon_contracts.http.refusals import OF_ANY_REQUEST, Overloaded

_METHODS = {"get", "post", "put", "patch", "delete"}
_OF_ANY: tuple[type[Problem], ...] = (DependencyDown, Overloaded, NotAcceptable, *OF_ANY_REQUEST)
_OF_BODIES: tuple[type[Problem], ...] = (MalformedRequest, InvalidInput)
_OF_PARAMETERS: tuple[type[Problem], ...] = (InvalidInput,)
_OF_SIGNED_IN: tuple[type[Problem], ...] = (NotSignedIn, InvalidToken, SignedInAsAnother)
_ON_BEHALF_OF = {"$ref": "#/components/parameters/OnBehalfOf"}


class AccessTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # how the library registers
    target_class = "api.callers.authentication.AccessTokenAuthentication"
    name = ["bearer", "cookie"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """One or the other, not both."""
        return [{"bearer": []}, {"cookie": []}]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {
                "type": "apiKey",
                "in": "cookie",
                "name": ACCESS_COOKIE,
                "description": "Browsers. A write also needs the header X-CSRFToken, equal to the cookie csrftoken.",
            },
        ]


class StrictInput(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Every view has its own `Input`, and none of them takes a field it does not know."""

    target_class = "api.inputs.body_fields.StrictSerializer"
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        return type(self.target).__qualname__.replace("View.", "")

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001  # as documented
        return {**schema, "additionalProperties": False}


def add_common_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001  # drf-spectacular's signature
    """A post-processing hook of drf-spectacular."""
    result["components"].setdefault("parameters", {})["OnBehalfOf"] = _on_behalf_of()
    shared = result["components"].setdefault("responses", {})
    for problem in _OF_ANY:
        _add(shared, problem, under=_shared_name(problem))
    for path in result["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                for problem in _refusals_of(method, operation):
                    _add(operation["responses"], problem, under=str(int(problem.status)))
                _add_those_of_any(operation["responses"])
                if any(operation.get("security", [])):
                    operation.setdefault("parameters", []).append(_ON_BEHALF_OF)
    return result


def _on_behalf_of() -> dict[str, Any]:
    words = f"""The account that the page acts for. If it is there and is not the account of the token,
the answer is `{SignedInAsAnother.code}`. Where no header can be set, the query parameter `{ON_BEHALF_OF_PARAMETER}`
says the same."""
    return {
        "name": ON_BEHALF_OF_HEADER,
        "in": "header",
        "required": False,
        "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"},
        "description": words.replace("\n", " "),
    }


def _refusals_of(method: str, operation: dict[str, Any]) -> list[type[Problem]]:
    refusals: list[type[Problem]] = []
    if any(parameter.get("in") == "query" for parameter in operation.get("parameters", [])):
        refusals += _OF_PARAMETERS
    if "requestBody" in operation:
        refusals += _OF_BODIES
    security = operation.get("security", [])
    if {} in security:
        refusals += (SignedInAsAnother,) if any(security) else ()
    elif security:
        refusals += _OF_SIGNED_IN if method == "get" else (*_OF_SIGNED_IN, ForeignOrigin)
    return refusals


def _add_those_of_any(responses: dict[str, Any]) -> None:
    """By reference, but where the operation has refusals of its own under the same status."""
    own = frozenset(responses)
    for problem in _OF_ANY:
        status = str(int(problem.status))
        if status in own:
            _add(responses, problem, under=status)
        else:
            responses[status] = {"$ref": f"#/components/responses/{_shared_name(problem)}"}


def _shared_name(problem: type[Problem]) -> str:
    return f"Refused{int(problem.status)}"


def _add(responses: dict[str, Any], problem: type[Problem], *, under: str) -> None:
    response = responses.setdefault(under, {"description": ""})
    content = response.setdefault("content", {}).setdefault(
        MEDIA_TYPE, {"schema": {"$ref": "#/components/schemas/Problem"}}
    )
    examples = content.setdefault("examples", {})
    if problem.code not in examples:
        examples[problem.code] = {"value": problem().body(language="en")}
        words = f"`{problem.code}` {problem.title}"
        response["description"] = f"{response['description']} / {words}" if response["description"] else words
