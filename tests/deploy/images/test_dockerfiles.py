"""What the last stage of an image is made of: no compiler, no secret, no root, nothing but what was built before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.local.places import ROOT

DOCKERFILES = sorted((ROOT / "services").glob("*/Dockerfile"))
COMPILERS = re.compile(r"\b(gcc|g\+\+|clang|make|build-essential|pkg-config|[a-z0-9.+-]+-dev|cargo|golang\S*)\b")
SECRETS = re.compile(
    r"\.local\b|secret|\.env\b|\.pem\b|id_rsa|--build-arg|^ARG\b|^ENV\b.*(PASSWORD|TOKEN|KEY)=", re.IGNORECASE
)
INSTALLS = re.compile(r"\b(pip install|npm (ci|install))\b")


def stages(text: str) -> list[list[str]]:
    """Instructions of each stage, with their continued lines."""
    found: list[list[str]] = []
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for instruction in plain.replace("\\\n", " ").splitlines():
        if instruction.startswith("FROM "):
            found.append([])
        if instruction.strip() and found:  # before the first one there are names of bases only
            found[-1].append(" ".join(instruction.split()))
    return found


def what_is_wrong(text: str) -> list[str]:
    every = stages(text)
    last = every[-1]
    wrong = [] if len(every) > 1 else ["has one stage, with all that it was built with"]
    wrong += [f"brings a compiler: {line}" for line in last if line.startswith("RUN") and COMPILERS.search(line)]
    wrong += [f"installs in the last stage: {line}" for line in last if INSTALLS.search(line)]
    wrong += [f"may hold a secret: {line}" for line in last if SECRETS.search(line)]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    if not users or users[-1] in {"root", "0"}:
        wrong.append("runs as root")
    is_python = any("PYTHONDONTWRITEBYTECODE" in line for line in last)
    copied = max((number for number, line in enumerate(last) if line.startswith("COPY")), default=0)
    if is_python and not any("compileall" in line for line in last[copied:]):
        wrong.append("compiles its sources anew at each start")
    if any(line in {"COPY . .", "COPY . /app", "ADD . ."} for line in last):
        wrong.append("has the whole repository")
    if not any("--require-hashes" in line or "npm ci" in line for stage in every[:-1] for line in stage):
        wrong.append("installs what no lock names")
    return wrong


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_the_last_stage_has_what_runs_and_nothing_else(path: Path) -> None:
    assert what_is_wrong(path.read_text()) == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("RUN apt-get install -y gcc", "brings a compiler"),
        ("RUN apt-get install -y default-libmysqlclient-dev", "brings a compiler"),
        ("RUN pip install requests", "installs in the last stage"),
        ("COPY .local/secrets /secrets", "may hold a secret"),
        ("ENV MAIN_DATABASE_PASSWORD=daengdaeng", "may hold a secret"),
        ("COPY . .", "has the whole repository"),
        ("USER root", "runs as root"),
        ("COPY services/queue/more /app/services/queue/more", "compiles its sources anew"),
    ],
)
def test_what_does_not_belong_there_is_found(line: str, sentence: str) -> None:
    text = (ROOT / "services" / "queue" / "Dockerfile").read_text()

    assert any(wrong.startswith(sentence) for wrong in what_is_wrong(f"{text}\n{line}\n"))


def test_one_stage_alone_is_found() -> None:
    text = (ROOT / "services" / "queue" / "Dockerfile").read_text()
    _, _, last = text.rpartition("\nFROM ")

    assert "has one stage, with all that it was built with" in what_is_wrong(f"FROM {last}")
