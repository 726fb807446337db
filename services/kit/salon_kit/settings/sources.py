"""The three places where settings are read; the first that has one wins: environment, files, Parameter Store."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from salon_kit.settings import origins
from salon_kit.settings.origins import Origin
from salon_kit.settings.parameters import read_parameters, reread
from salon_kit.settings.refusal import Fault, SettingsRefused

# Where Docker, Compose and most others put them, one file for each setting.
SECRETS_DIR = "/run/secrets"
PARAMETER_STORE = "SALON_PARAMETER_STORE"
ENVIRONMENT = "SALON_ENV"
# Said of a setting in Annotated: its file may have nothing in it, as for a user of MySQL without a password.
MAY_BE_EMPTY = "its file may be empty"
# The same: somebody else made it, so its length and its letters are not for us to judge.
CHOSEN_BY_OTHERS = "others have chosen it"
# Of a user, whatever characters it has; and among the options behind a question mark.
_PASSWORD_IN_ADDRESS = re.compile(
    r"://[^@\s]*?:[^\s]+@|\?(?:\S*[&;,])?[^&;=\s]*(?:password|token|secret)[^&;=:\s]*[=:]", re.IGNORECASE
)


def is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def is_never_read(name: str) -> bool:
    return name == "origins"


def service_of(settings_cls: type[BaseSettings]) -> str:
    """`chat-worker`, from the prefix CHAT_WORKER_."""
    return str(settings_cls.model_config.get("env_prefix", "")).rstrip("_").lower().replace("_", "-")


def variable_of(settings_cls: type[BaseSettings], name: str) -> str:
    alias = settings_cls.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"{settings_cls.model_config.get('env_prefix', '')}{name.upper()}"


def key_of(settings_cls: type[BaseSettings], name: str) -> str:
    """By which the model takes its value: its alias, where it has one."""
    alias = settings_cls.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else name


class Environment(EnvSettingsSource):
    """Everything but secrets, for which it may name a file (see SecretFiles)."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.found: dict[str, Origin] = {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """By its one variable, in its one spelling."""
        text = None if is_never_read(field_name) else os.environ.get(variable_of(self.settings_cls, field_name))
        return text, key_of(self.settings_cls, field_name), False

    def __call__(self) -> dict[str, Any]:
        """Raises SettingsRefused: who may look at a process's environment would read a secret there."""
        values = super().__call__()
        faults = list(_misspelled_secrets(self.settings_cls))
        for name, field in self.settings_cls.model_fields.items():
            key = key_of(self.settings_cls, name)
            if key not in values:
                continue
            variable = variable_of(self.settings_cls, name)
            self.found[name] = origins.of_variable(variable)
            if is_secret(field):
                faults.append(_secret_in_environment(variable, variable))
            elif _PASSWORD_IN_ADDRESS.search(str(values[key])):
                faults.append(_in_environment(variable, "leave the user in the address and the password to its file"))
        if faults:
            raise SettingsRefused(faults)
        return values


def _misspelled_secrets(settings_cls: type[BaseSettings]) -> Iterator[Fault]:
    """Nobody reads them, and there they stand all the same."""
    secret = {variable_of(settings_cls, name) for name, field in settings_cls.model_fields.items() if is_secret(field)}
    for given in os.environ:
        if given not in secret and given.upper() in secret:
            yield _secret_in_environment(given, given.upper())


def _secret_in_environment(given: str, variable: str) -> Fault:
    return _in_environment(given, f"write it to a file and set {variable}_FILE to its path")


def _in_environment(variable: str, do: str) -> Fault:
    why = "there is a secret in it, and the environment is shown by process lists, crash reports and `docker inspect`"
    return Fault(f"the variable {variable}", why, do)


class SecretFiles(PydanticBaseSettingsSource):
    """The file that MAIN_SECRET_KEY_FILE names, or else `secret_key` in MAIN_SECRETS_DIR, by default /run/secrets."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        prefix = str(settings_cls.model_config.get("env_prefix", ""))
        self._folder = Path(os.environ.get(f"{prefix}SECRETS_DIR") or SECRETS_DIR)
        self.found: dict[str, Origin] = {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Raises SettingsRefused for a file that is named and cannot be read."""
        named = os.environ.get(f"{variable_of(self.settings_cls, field_name)}_FILE")
        path = Path(named) if named else self._folder / field_name
        if not named and not path.is_file():
            return None, field_name, False
        self.found[field_name] = origins.of_file(path)
        return origins.text_of(path, may_be_empty=MAY_BE_EMPTY in field.metadata), field_name, False

    def __call__(self) -> dict[str, Any]:
        return _all_of(self)


class ParameterStore(PydanticBaseSettingsSource):
    """`/daengdaeng/<SALON_ENV>/<service>/<setting>`, where SALON_PARAMETER_STORE says that there is one."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self._store = os.environ.get(PARAMETER_STORE, "")
        self._path = f"/daengdaeng/{os.environ.get(ENVIRONMENT, 'production')}/{service_of(settings_cls)}/"
        self._parameters = read_parameters(self._store, self._path) if self._store else {}
        self.found: dict[str, Origin] = {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        value = self._parameters.get(field_name)
        if value is not None:
            name = f"{self._path}{field_name}"
            self.found[field_name] = Origin("parameter", name, read_again=lambda: reread(self._store, name))
        return value, field_name, False

    def __call__(self) -> dict[str, Any]:
        return _all_of(self)


class Origins(PydanticBaseSettingsSource):
    """Asked after the others: which of them each setting came from."""

    def __init__(self, settings_cls: type[BaseSettings], asked: Iterable[Environment | SecretFiles | ParameterStore]):
        super().__init__(settings_cls)
        self._asked = tuple(asked)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Origin] = {}
        for source in self._asked:
            found = {**source.found, **found}
        return {"origins": found}


def _all_of(source: SecretFiles | ParameterStore) -> dict[str, Any]:
    values = {}
    for name, field in source.settings_cls.model_fields.items():
        if is_never_read(name):
            continue
        value, _, _ = source.get_field_value(field, name)
        if value is not None:
            values[key_of(source.settings_cls, name)] = value
    return values
