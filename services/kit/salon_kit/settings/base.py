"""The settings of a service: one frozen object, checked before anything starts."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import ConfigDict, Field, SecretStr, TypeAdapter, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from salon_kit.addresses import with_passwords
from salon_kit.settings.away import HERE, faults_of, weak_secret
from salon_kit.settings.origins import Origin
from salon_kit.settings.refusal import SettingsRefused
from salon_kit.settings.sources import (
    ENVIRONMENT,
    Environment,
    Origins,
    ParameterStore,
    SecretFiles,
    is_secret,
    service_of,
)
from salon_kit.settings.strength import weakness_of

HttpAddress = Annotated[str, Field(pattern=r"^(https?://.+)?$")]

SettingsT = TypeVar("SettingsT", bound="ServiceSettings")


def of_service(prefix: str) -> SettingsConfigDict:
    """`MAIN_`: what its variables begin with. Frozen, and no error shows what was given."""
    return SettingsConfigDict(
        env_prefix=prefix,
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        # One spelling of each variable: by another, what is refused in one would be taken from the other.
        case_sensitive=True,
        extra="ignore",
    )


class ServiceSettings(BaseSettings):
    """Read from environment, secret files and Parameter Store. Missing, wrong or unsafe: the process does not start.

    A setting whose type is SecretStr is a secret, and comes from a file or a parameter only.
    """

    model_config = of_service("")

    salon_env: Annotated[str, Field(validation_alias=ENVIRONMENT, pattern=r"^[a-z][a-z0-9-]{0,30}$")] = "production"
    """Where this runs: local or test on one's own machine, any other name away from it, where nothing unsafe starts."""
    stores_are_private: Annotated[bool, Field(validation_alias="SALON_STORES_ARE_PRIVATE")] = False
    """Stores are reached over a network that nobody else is in, so they may be spoken to without TLS."""
    traces_endpoint: Annotated[HttpAddress | None, Field(validation_alias="SALON_TRACES_ENDPOINT")] = None
    """Where spans are sent, by OTLP over HTTP: the collector's …/v1/traces. Without it none are made."""
    traces_share: Annotated[float, Field(validation_alias="SALON_TRACES_SHARE", ge=0, le=1)] = 0.02
    """Of the traces that are kept whole, by their ids; the same in every process, or a trace has holes."""
    traces_slow_seconds: Annotated[float, Field(validation_alias="SALON_TRACES_SLOW_SECONDS", gt=0)] = 1.0
    """A request, frame or batch that takes longer is kept whatever its trace, as is what fails."""
    origins: Annotated[dict[str, Origin], Field(repr=False)] = {}
    """By the name of a setting, where it was read; what is not in it has its default."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        asked = Environment(settings_cls), SecretFiles(settings_cls), ParameterStore(settings_cls)
        return init_settings, *asked, Origins(settings_cls, asked)

    @model_validator(mode="before")
    @classmethod
    def _with_passwords(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_passwords(values)

    @model_validator(mode="after")
    def _may_start_here(self) -> Self:
        """Raises SettingsRefused."""
        if self.salon_env not in HERE:
            faults = faults_of(self)
            if faults:
                raise SettingsRefused(faults)
        return self

    def insist_may_be(self, name: str, text: str) -> None:
        """Raises ValueError, or SettingsRefused, for a text with which this process would not start."""
        field = type(self).model_fields[name]
        annotated: Any = Annotated
        kind = annotated[(field.annotation, Field(), *field.metadata)]
        TypeAdapter(kind, config=ConfigDict(hide_input_in_errors=True)).validate_python(text)
        if self.salon_env not in HERE and is_secret(field) and (weakness := weakness_of(text)):
            raise SettingsRefused([weak_secret(name, weakness)])

    def text_of(self, name: str) -> str:
        """As it is in force."""
        value = getattr(self, name)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def load(settings_cls: type[SettingsT]) -> SettingsT:
    """For the beginning of a process. Ends it, with what is wrong on standard error, when it must not start."""
    try:
        return settings_cls()
    except SettingsRefused as refused:
        _end(settings_cls, str(refused))
    except ValidationError as wrong:
        _end(settings_cls, str(wrong))


def _end(settings_cls: type[ServiceSettings], why: str) -> NoReturn:
    sys.exit(f"{service_of(settings_cls)} cannot start\n\n{why}")
