"""Parameter Store, asked over its protocol: a moto server stands for AWS."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # it ships no types
import pytest
from pydantic import SecretStr

from salon_kit.settings import watching
from salon_kit.settings.base import ServiceSettings, of_service
from salon_kit.settings.refusal import SettingsRefused
from salon_kit.settings.watching import SecretWatch
from salon_kit.testing.ports import claim_port

# botocore reads the time of its answers in a way that Python means to give up.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:botocore")
PATH = "/daengdaeng/test/any-one/"


class Stored(ServiceSettings):
    model_config = of_service("ANY_ONE_")

    signing_key: SecretStr
    pace_seconds: float = 2.0


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    port = claim_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 30
        while not _answers(url):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield url
        process.terminate()


@pytest.fixture(autouse=True)
def given_variables(store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "SALON_ENV": "test",
        "SALON_PARAMETER_STORE": store,
        "ANY_ONE_SECRETS_DIR": str(tmp_path),
        "AWS_REGION": "ap-northeast-2",
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ssm(store: str) -> Any:
    return boto3.client("ssm", endpoint_url=store)


def put(ssm: Any, name: str, value: str, kind: str = "SecureString") -> None:
    ssm.put_parameter(Name=f"{PATH}{name}", Value=value, Type=kind, Overwrite=True)


def test_a_service_reads_the_parameters_under_its_own_path_and_opens_the_secret_ones(ssm: Any) -> None:
    put(ssm, "signing_key", "hush")
    put(ssm, "pace_seconds", "7", "String")
    ssm.put_parameter(Name="/daengdaeng/test/another/pace_seconds", Value="9", Type="String", Overwrite=True)

    settings = Stored()

    assert (settings.signing_key.get_secret_value(), settings.pace_seconds) == ("hush", 7.0)
    assert str(settings.origins["signing_key"]) == f"parameter {PATH}signing_key"


def test_more_parameters_than_one_page_holds_are_all_read(ssm: Any) -> None:
    put(ssm, "signing_key", "hush")
    for number in range(23):
        put(ssm, f"a_{number:02}", "x", "String")
    put(ssm, "pace_seconds", "8", "String")

    assert Stored().pace_seconds == 8.0


def test_a_file_and_the_environment_come_before_a_parameter(
    ssm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(ssm, "signing_key", "of the store")
    put(ssm, "pace_seconds", "7", "String")
    (tmp_path / "signing_key").write_text("of the file")
    monkeypatch.setenv("ANY_ONE_PACE_SECONDS", "5")

    settings = Stored()

    assert (settings.signing_key.get_secret_value(), settings.pace_seconds) == ("of the file", 5.0)


def test_a_store_that_does_not_answer_is_a_refusal_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_PARAMETER_STORE", "http://127.0.0.1:9")

    with pytest.raises(SettingsRefused, match="what to do look at SALON_PARAMETER_STORE"):
        Stored()


def test_a_parameter_that_changes_is_taken_while_the_process_runs(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "ASK_SECONDS", 0.0)
    put(ssm, "signing_key", "the old one")
    taken: list[str] = []
    watch = SecretWatch(Stored())
    watch.on_change("signing_key", taken.append)
    assert not watch.look()

    put(ssm, "signing_key", "the new one")
    watch.look()
    watch.look()

    assert taken == ["the new one"]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # our own
            return True
    except OSError:
        return False
