"""Parameter Store, as AWS's Systems Manager has it: parameters by path, those that are secrets opened.

boto3 finds the credentials of a task or of a machine by itself, signs, retries and turns pages. It takes 0.1 s and
20 MB to import, so it is imported only where there is a store to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from salon_kit.settings.refusal import Fault, SettingsRefused

if TYPE_CHECKING:
    from collections.abc import Callable

AnswerT = TypeVar("AnswerT")

# What SALON_PARAMETER_STORE says for AWS itself, in the region that AWS_REGION names. Else it is an address.
AWS = "aws"
_CONNECT_SECONDS, _ANSWER_SECONDS, _TRIES = 2, 5, 4


def read_parameters(store: str, path: str) -> dict[str, str]:
    """By the last word of their names. Raises SettingsRefused when the store does not answer or refuses."""

    def read(client: Any) -> dict[str, str]:
        pages = client.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True)
        return {one["Name"].removeprefix(path): one["Value"].strip() for page in pages for one in page["Parameters"]}

    return _asked(store, path, read)


def reread(store: str, name: str) -> str:
    """One of them, as it is now. Raises SettingsRefused."""
    return _asked(
        store,
        name,
        lambda client: str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]).strip(),
    )


def _asked(store: str, what: str, ask: Callable[[Any], AnswerT]) -> AnswerT:
    import boto3  # type: ignore[import-untyped]  # it ships no types
    from botocore.config import Config  # type: ignore[import-untyped]
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    retries = {"mode": "standard", "total_max_attempts": _TRIES}
    limits = Config(connect_timeout=_CONNECT_SECONDS, read_timeout=_ANSWER_SECONDS, retries=retries)
    try:
        client = boto3.client("ssm", endpoint_url=None if store == AWS else store, config=limits)
        return ask(client)
    except (BotoCoreError, ClientError) as error:
        do = "look at SALON_PARAMETER_STORE, AWS_REGION, and whether this role may read the path"
        raise SettingsRefused([Fault(f"Parameter Store, {what}", str(error), do)]) from None
