"""With whom customers pay: Toss Payments, with the keys that its console gave us."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from salon_kit.settings.base import ServiceSettings, of_service
from salon_kit.settings.sources import CHOSEN_BY_OTHERS

PRODUCTION = "production"
LIVE = "live_"


class PaymentSettings(ServiceSettings):
    """Without keys nobody pays ahead, and all else works."""

    model_config = of_service("MAIN_")

    toss_client_id: str = ""
    """The client key, for the page in which customers pay. Empty: nobody pays ahead."""
    toss_secret_key: Annotated[SecretStr | None, CHOSEN_BY_OTHERS] = None
    """Of the same set of keys as that one."""
    toss_api: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+$")] = "https://api.tosspayments.com"
    """Another one for tests only."""

    @model_validator(mode="after")
    def _keys_are_a_set_and_live_ones_are_for_production(self) -> Self:
        secret = self.toss_secret_key.get_secret_value() if self.toss_secret_key else ""
        if bool(self.toss_client_id) != bool(secret):
            raise ValueError("toss_client_id and toss_secret_key come together")
        live = {self.toss_client_id.startswith(LIVE), secret.startswith(LIVE)}
        if len(live) == 2:
            raise ValueError("toss_client_id and toss_secret_key are of one set: both of test, or both live")
        if True in live and self.salon_env != PRODUCTION:
            raise ValueError(f"a live key of Toss moves money: it is for SALON_ENV={PRODUCTION} only")
        return self
