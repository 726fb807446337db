"""Where a setting is read: the environment first, then a file, then Parameter Store; a secret never in the first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr

from salon_kit.kafka.address import KafkaBrokers, connection
from salon_kit.settings.base import ServiceSettings, of_service
from salon_kit.settings.describe import MASK, described
from salon_kit.settings.refusal import SettingsRefused

pytestmark = pytest.mark.unit


class Any(ServiceSettings):
    model_config = of_service("ANY_")

    pace_seconds: float = 2.0
    """How often it is done."""
    signing_key: SecretStr
    """What it signs with."""
    kafka_brokers: Annotated[KafkaBrokers, Field(repr=False)] = "kafka:9092"
    """Where Kafka is."""
    kafka_password: SecretStr | None = None
    """Of the user."""
    store_url: str = "redis://store:6379/0"
    """Where the store is."""
    hidden_key: Annotated[SecretStr | None, Field(validation_alias="ANY_HIDDEN")] = None
    """Under a name of its own."""
    is_loose: Annotated[bool, Field(validation_alias="ANY_LOOSENESS")] = False
    """The same, and no secret."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALON_ENV", "test")
    monkeypatch.setenv("ANY_SECRETS_DIR", str(tmp_path))
    (tmp_path / "signing_key").write_text("of the folder\n")
    return tmp_path


def test_a_setting_has_its_default_until_a_file_gives_another_and_the_environment_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Any().pace_seconds == 2.0
    assert "pace_seconds" not in Any().origins

    (folder / "pace_seconds").write_text("3\n")
    assert Any().pace_seconds == 3.0
    assert str(Any().origins["pace_seconds"]) == f"file {folder / 'pace_seconds'}"

    monkeypatch.setenv("ANY_PACE_SECONDS", "4")
    assert Any().pace_seconds == 4.0
    assert str(Any().origins["pace_seconds"]) == "environment ANY_PACE_SECONDS"


def test_a_variable_may_name_another_file_than_the_one_in_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "elsewhere").write_text("of the named file")

    assert Any().signing_key.get_secret_value() == "of the folder"
    monkeypatch.setenv("ANY_SIGNING_KEY_FILE", str(folder / "elsewhere"))
    assert Any().signing_key.get_secret_value() == "of the named file"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ANY_SIGNING_KEY", "hush-hush"),
        ("any_signing_key", "hush-hush"),
        ("Any_Signing_Key", "hush-hush"),
        ("ANY_HIDDEN", "hush-hush"),
        ("ANY_KAFKA_BROKERS", "sasl_ssl://salon:hush-hush@k:1"),
        ("ANY_KAFKA_BROKERS", "sasl_ssl://salon:hush/-hush-hush@k:1"),
        ("ANY_STORE_URL", "mongodb://salon@store/salon?tls=true&tlsCertificateKeyFilePassword=hush-hush"),
        ("ANY_STORE_URL", "redis+sentinel://store:1/salon/0?sentinel_password=hush-hush"),
        ("ANY_STORE_URL", "mongodb://store/?authMechanismProperties=A:b,AWS_SESSION_TOKEN:hush-hush"),
    ],
)
def test_a_secret_in_the_environment_is_refused_and_not_repeated(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsRefused) as refused:
        Any()

    assert variable in str(refused.value)
    assert "what to do" in str(refused.value)
    assert "hush-hush" not in str(refused.value)


@pytest.mark.parametrize(
    "variable", ["ANY_IS_LOOSE", "any_looseness", "Any_Looseness", "is_loose", "any_is_loose", "ANY_ORIGINS"]
)
def test_a_setting_has_one_variable_and_by_no_other_spelling_is_it_read(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "{}" if variable == "ANY_ORIGINS" else "1")

    assert not Any().is_loose
    assert Any().origins.keys() == {"salon_env", "signing_key"}
    monkeypatch.setenv("ANY_LOOSENESS", "1")
    assert Any().is_loose
    assert str(Any().origins["is_loose"]) == "environment ANY_LOOSENESS"


@pytest.mark.parametrize("variable", ["ANY_SALON_ENV", "salon_env", "Salon_Env", "any_salon_env"])
def test_the_rules_away_are_turned_off_by_their_own_variable_only(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SALON_ENV")
    monkeypatch.setenv(variable, "local")

    with pytest.raises(SettingsRefused, match="the secret signing_key"):
        Any()


def test_a_setting_with_a_variable_of_another_name_is_read_from_a_file_too(folder: Path) -> None:
    (folder / "hidden_key").write_text("of its file")

    hidden = Any().hidden_key
    assert hidden is not None
    assert hidden.get_secret_value() == "of its file"


@pytest.mark.parametrize("content", [None, "\n"])
def test_a_file_that_is_named_and_missing_or_empty_is_refused(
    content: str | None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = folder / "named"
    if content is not None:
        named.write_text(content)
    monkeypatch.setenv("ANY_SIGNING_KEY_FILE", str(named))

    with pytest.raises(SettingsRefused, match=str(named)):
        Any()


def test_an_address_gets_the_password_of_its_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANY_KAFKA_BROKERS", "sasl_plaintext://salon@kafka:9092")
    (folder / "kafka_password").write_text("p@ss:w/rd")

    assert connection(Any().kafka_brokers)["sasl.password"] == "p@ss:w/rd"


def test_what_is_shown_of_settings_has_no_secret_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANY_KAFKA_BROKERS", "sasl_plaintext://salon@kafka:9092")
    (folder / "kafka_password").write_text("hush-hush")
    rows = {row.name: row for row in described(Any).rows}

    assert rows["signing_key"].value == rows["kafka_password"].value == MASK
    assert rows["kafka_brokers"].value == f"sasl_plaintext://salon:{MASK}@kafka:9092"
    assert rows["pace_seconds"][1:] == ("ANY_PACE_SECONDS", "default", "2.0", "How often it is done.")
    assert rows["signing_key"].origin == f"file {folder / 'signing_key'}"
    assert "hush-hush" not in repr(Any())
    assert "of the folder" not in str([*rows.values(), repr(Any())])


def test_a_process_that_has_no_parameter_store_does_not_load_its_client() -> None:
    code = "import sys, json; import salon_kit.settings.describe; print(json.dumps([*sys.modules]))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)

    assert not {"boto3", "botocore"} & set(loaded)
