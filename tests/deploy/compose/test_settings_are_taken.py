"""Our processes take what Compose gives them: each reads its settings from that environment, passwords from files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.places import ROOT, SERVICES
from tests.deploy.compose.files import HA, SMALL, plain, services

PASSWORD = "letters0and0digits0as0many0as0a0key"
# How each process reads its settings, and prints whether the passwords came into the addresses.
READ = {
    "main": "from config.env import env as s; addresses = [s.redis_url, s.kafka_brokers, s.mongodb_url]",
    "queue": "from coupon_queue.settings import Settings; s = Settings(); addresses = [s.redis_url, s.kafka_brokers]",
    "chat-worker": "from chat_worker.settings import Settings; s = Settings(); "
    "addresses = [s.kafka_brokers, str(s.mongodb_url)]",
}
EACH = [(SMALL, "main", "main-1"), (SMALL, "queue", "queue-1"), (SMALL, "chat-worker", "chat-worker")]
EACH += [(HA, "main", "main-a"), (HA, "queue", "queue-a"), (HA, "chat-worker", "chat-worker-a")]


@pytest.mark.parametrize(("path", "service", "name"), EACH, ids=str)
def test_a_process_takes_its_settings_from_compose(path: Path, service: str, name: str, tmp_path: Path) -> None:
    ours = services(path)[name]
    for secret in ours["secrets"]:
        (tmp_path / secret).write_text(PASSWORD)
    given = {key: _in_container(value, tmp_path) for key, value in ours["environment"].items()}

    read = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{READ[service]}; print(all(':{PASSWORD}@' in one for one in addresses)); print(repr(s))",
        ],
        cwd=SERVICES / service,
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert read.returncode == 0, read.stderr
    everything_has_its_password, shown = read.stdout.split("\n", 1)
    assert everything_has_its_password == "True"
    assert PASSWORD not in shown


def _in_container(value: object, secrets: Path) -> str:
    text = plain(value).replace("/run/secrets", str(secrets))
    text = re.sub(r"^\$\{SALON_PUBLIC_URL:-.*\}$", "http://localhost:8000", text)
    return re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", text)


OUTSIDE = re.compile(r"^# (MAIN_(?:MAIL|GOOGLE|KAKAO|NAVER|TOSS)_\w+)=", re.MULTILINE)
OF_TESTS = {"MAIN_GOOGLE_ISSUER", "MAIN_KAKAO_ISSUER", "MAIN_NAVER_SERVER", "MAIN_NAVER_API", "MAIN_TOSS_API"}


@pytest.mark.parametrize("path", [SMALL, HA], ids=lambda path: path.name)
def test_mails_and_providers_of_the_env_file_reach_every_process_of_main(path: Path, tmp_path: Path) -> None:
    """Their secrets are files in one folder, which make setup made."""
    known = set(OUTSIDE.findall((ROOT / ".env.example").read_text(encoding="utf-8"))) - OF_TESTS
    secrets = {name.removeprefix("MAIN_").removesuffix("_FILE").lower() for name in known if name.endswith("_FILE")}
    chosen = {name: "chosen" for name in known if not name.endswith("_FILE")}
    chosen["MAIN_MAIL_URL"] = "smtp://salon@mail.example:587"
    for name in (*services(path)["main-1" if path is SMALL else "main-a"]["secrets"], *secrets):
        (tmp_path / name).write_text(PASSWORD)

    ours = {name: one for name, one in services(path).items() if one.get("image") == "salon/main"}
    for name, one in ours.items():
        given = {key: _chosen(value, chosen, tmp_path) for key, value in one.get("environment", {}).items()}
        if "MAIN_DATABASE_URL" not in given:
            continue  # a job without settings
        wanted = ", ".join(f"s.{key.removeprefix('MAIN_').lower()}" for key in sorted(chosen))
        hidden = ", ".join(f"s.{secret}.get_secret_value()" for secret in sorted(secrets))
        code = f"from config.env import env as s; print([{wanted}] == {[chosen[key] for key in sorted(chosen)]!r}); "
        code += f"print(set([{hidden}]) == {{{PASSWORD!r}}})"
        read = subprocess.run(
            [sys.executable, "-c", code],
            cwd=SERVICES / "main",
            env={"PATH": os.environ["PATH"], **given},
            capture_output=True,
            text=True,
            check=False,
        )
        assert read.stdout.split() == ["True", "True"], (name, read.stdout, read.stderr)
        assert "./.local/secrets/outside:/run/outside:ro" in one["volumes"], name


def _chosen(value: object, chosen: Mapping[str, str], secrets: Path) -> str:
    text = str(value)
    named = re.match(r"^\$\{(\w+):-", text)
    if named and named[1] in chosen:
        return chosen[named[1]]
    return _in_container(value, secrets).replace("/run/outside", str(secrets))
