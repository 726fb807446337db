from __future__ import annotations

import stat
from pathlib import Path

import pytest

from deploy.local.develop.testing import run_tests
from deploy.local.engines import choice, ferretdb_documentdb, go_tool, mariadb_from_debian, mysqld_on_path, nx_27017
from deploy.local.engines.choice import KINDS, candidates
from deploy.local.engines.engine import Engine
from deploy.local.engines.photo_stores import versitygw
from deploy.local.failure import CannotGoOn
from deploy.local.settings.dotenv import read_choices


def _program(folder: Path, name: str, prints: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_mysqld_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, "mysqld", "mysqld  Ver 9.7.0 for Linux on x86_64")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert candidates(KINDS["mysql"], lite=False)[0].KEY == "mysql-path"


def test_debians_mariadb_which_calls_itself_mysqld_is_not_taken_for_mysql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "mysqld", "mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert mysqld_on_path.refusal() == "the mysqld on the PATH is MariaDB"


@pytest.mark.parametrize(("kind", "smallest"), [("mysql", "mariadb"), ("mongodb", "nx-27017")])
def test_lite_takes_the_last_and_nothing_else(kind: str, smallest: str) -> None:
    assert [engine.KEY for engine in candidates(KINDS[kind], lite=True)] == [smallest]


@pytest.mark.parametrize(
    ("taken", "lite", "wanted"),
    [
        (nx_27017, False, "MongoDB (mongod on the PATH) or FerretDB 2.7 on DocumentDB (PostgreSQL 18)"),
        (nx_27017, True, None),
        (ferretdb_documentdb, False, None),
    ],
)
def test_the_last_engine_is_a_compromise_unless_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: Engine, wanted: str | None, *, lite: bool
) -> None:
    monkeypatch.setattr(choice, "LOCAL", tmp_path)
    choice.remember("mongodb", taken, lite=lite)

    assert choice.compromise("mongodb", lite=lite) == wanted


def test_ci_does_not_pass_on_a_compromise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "LOCAL", tmp_path)
    monkeypatch.setenv("CI", "true")
    choice.remember("mysql", mariadb_from_debian, lite=False)
    choice.remember("mongodb", ferretdb_documentdb, lite=False)
    choice.remember("photos", versitygw, lite=False)

    with pytest.raises(CannotGoOn, match="CI") as refused:
        run_tests(read_choices(tmp_path / "none", {}), only="deploy")

    assert "mysql: MySQL" in refused.value.why


def test_when_nothing_can_be_had_each_reason_and_a_way_out_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysqld_on_path, "refusal", lambda: "it is too hot")

    failure = choice.none_can_be_had("mysql")

    assert "MySQL (mysqld on the PATH): it is too hot" in failure.why
    assert "MYSQL_URL" in failure.do
    assert "docker compose up" in failure.do


@pytest.mark.parametrize(
    ("printed", "enough"),
    [
        ("go version go1.26.8 linux/amd64", True),
        ("go version go1.25 linux/amd64", True),
        ("go version go1.19.8 linux/amd64", False),
        ("", False),
    ],
)
def test_only_a_go_that_can_build_ferretdb_is_used(printed: str, *, enough: bool) -> None:
    assert go_tool.new_enough(printed) is enough
