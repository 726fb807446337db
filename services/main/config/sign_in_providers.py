"""Who else may say who somebody is: Google, Kakao and Naver, each with what its console gave us."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from salon_kit.settings.base import ServiceSettings, of_service
from salon_kit.settings.sources import CHOSEN_BY_OTHERS

PROVIDERS = ("google", "kakao", "naver")
_Server = Annotated[str, Field(pattern=r"^https?://[^/?#\s]+$")]
_OthersSecret = Annotated[SecretStr | None, CHOSEN_BY_OTHERS]


class SignInProviders(ServiceSettings):
    """A provider without a client id does not exist here."""

    model_config = of_service("MAIN_")

    google_client_id: str = ""
    """As Google's console has it for a web application. Empty: nobody signs in with Google."""
    google_client_secret: _OthersSecret = None
    """Of that client."""
    google_app_client_ids: str = ""
    """Of our apps for Android and iOS, with commas: id tokens that were made for them count too."""
    google_issuer: _Server = "https://accounts.google.com"
    """Another one for tests only; its endpoints are what it publishes (OpenID Connect Discovery)."""
    kakao_client_id: str = ""
    """The REST API key of an app with OpenID Connect switched on. Empty: nobody signs in with Kakao."""
    kakao_client_secret: _OthersSecret = None
    """Of that client."""
    kakao_app_client_ids: str = ""
    """The native app keys of our apps, with commas."""
    kakao_issuer: _Server = "https://kauth.kakao.com"
    """Another one for tests only."""
    kakao_scope: str = "openid"
    """With the consent items that its console has switched on: `openid account_email profile_nickname`. One that is not
    switched on there makes Kakao refuse every sign-in."""
    naver_client_id: str = ""
    """Empty: nobody signs in with Naver."""
    naver_client_secret: _OthersSecret = None
    """Of that client."""
    naver_server: _Server = "https://nid.naver.com"
    """Where people sign in and codes are exchanged; another one for tests only."""
    naver_api: _Server = "https://openapi.naver.com"
    """Where profiles are read; another one for tests only."""

    @model_validator(mode="after")
    def _a_client_has_a_secret(self) -> Self:
        for provider in PROVIDERS:
            if bool(getattr(self, f"{provider}_client_id")) != bool(getattr(self, f"{provider}_client_secret")):
                raise ValueError(f"{provider}_client_id and {provider}_client_secret come together")
        return self
