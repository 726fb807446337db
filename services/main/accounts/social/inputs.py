"""What comes from a browser or an app to show who somebody is at a provider."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import jwt
from rest_framework.exceptions import ValidationError

from accounts.social.errors import unproved
from accounts.social.flows import take_once
from accounts.social.providers.here import Provider
from accounts.social.providers.openid import LEEWAY_SECONDS
from accounts.social.providers.remote import ANSWER_SECONDS
from accounts.social.providers.vouched import Proof, Vouched
from api.inputs.body_fields import StrictSerializer, StrictStringField
from api.language import words

_GO_WITH_CODE = ("redirect_uri", "code_verifier")
# Of this site: one slash, and nothing that a browser takes for one or leaves out.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")


class OwnPathField(StrictStringField):
    """An address of the page, to come back to. Never one of another site, nor of the API."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=500, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        path = super().to_internal_value(data)
        if not _OWN_PATH.fullmatch(path) or path.startswith(("/api/", "/admin")):
            raise ValidationError(words(en="Not a page of this site", ko="이 사이트의 화면이 아니에요"), code="invalid")
        return path


class BackInput(StrictSerializer):
    return_to = OwnPathField(required=False, default="/")


class ProofInput(StrictSerializer):
    """An id token that was made for one of our apps; or a code, with what it was asked for with."""

    id_token = StrictStringField(max_length=8_000, required=False)
    code = StrictStringField(max_length=2_000, required=False)
    redirect_uri = StrictStringField(max_length=500, required=False)
    code_verifier = StrictStringField(max_length=128, min_length=43, required=False)
    nonce = StrictStringField(max_length=200, required=False, help_text="as it was asked for, if it was")
    state = StrictStringField(max_length=200, required=False, help_text="of Naver: as the code came back with it")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("id_token" in attrs) == ("code" in attrs):
            message = words(en="Send either id_token or code", ko="id_token과 code 중 하나를 보내 주세요")
            raise ValidationError({"id_token": ValidationError(message, code="either_or").detail})
        missing = [name for name in _GO_WITH_CODE if name not in attrs] if "code" in attrs else []
        if missing:
            message = words(en="It goes with code", ko="code와 함께 보내 주세요")
            raise ValidationError({name: ValidationError(message, code="required").detail for name in missing})
        return attrs


def vouched_by(provider: Provider, facts: dict[str, Any]) -> Vouched:
    """What ProofInput took in. Each token and code counts once. Raises UnprovedIdentity, ProviderAway, InvalidInput."""
    deadline = time.monotonic() + ANSWER_SECONDS
    if "id_token" in facts:
        vouched = provider.by_id_token(facts["id_token"], nonce=facts.get("nonce"), deadline=deadline)
        if not take_once(f"id_token:{_signed_part(facts['id_token'])}", _lives_for(facts["id_token"])):
            raise unproved(provider.name, "used already")
        return vouched
    proof = Proof(
        code=facts["code"],
        redirect_uri=facts["redirect_uri"],
        code_verifier=facts["code_verifier"],
        nonce=facts.get("nonce"),
        state=facts.get("state", ""),
    )
    return provider.by_code(proof, deadline=deadline)


def _lives_for(token: str) -> timedelta:
    """How long it would be taken again, of one that has been read: Kakao's live for half a day."""
    ends_at = jwt.decode(token, options={"verify_signature": False})["exp"]
    return timedelta(seconds=max(0, int(ends_at) - int(time.time())) + 2 * LEEWAY_SECONDS)


def _signed_part(token: str) -> str:
    """Without the signature, of which there are several spellings."""
    return token.rpartition(".")[0]
