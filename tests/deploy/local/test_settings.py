from __future__ import annotations

import argparse
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.engines import servers
from deploy.local.engines.mysql_accounts import write_init_file
from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.rolling import command_line, commands
from deploy.local.run import summary as tables
from deploy.local.settings import environment, given, secrets_store
from deploy.local.settings.dotenv import Choices, parse, read_choices
from deploy.local.settings.profiles import WEB, Profile, profile_named


def _choices(**values: str) -> Choices:
    return read_choices(Path("/nowhere"), values)


def test_the_shell_is_stronger_than_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("# mine\nexport SALON_PORT=8001\nLITE='1'\n")

    choices = read_choices(dotenv, {"SALON_PORT": "8002"})

    assert (choices.salon_port, choices.lite) == (8002, True)


def test_what_the_shell_leaves_empty_is_taken_from_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("SALON_PORT=8001\nLITE=1\n")

    choices = read_choices(dotenv, {"SALON_PORT": "", "LITE": ""})

    assert (choices.salon_port, choices.lite) == (8001, True)


@pytest.mark.parametrize("text", ["SALON_PORT 8000", "=1", "two words=1"])
def test_a_line_that_is_not_a_pair_is_refused(text: str) -> None:
    with pytest.raises(CannotGoOn):
        parse(text)


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(CannotGoOn, match="SALON_PORT"):
        _choices(SALON_PORT=port)


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "1e9"])
def test_seconds_to_start_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(CannotGoOn, match="SALON_START_SECONDS"):
        _choices(SALON_START_SECONDS=text)


@pytest.mark.parametrize("command", ["deploy", "scale"])
def test_how_long_a_new_instance_may_take_is_what_was_chosen(
    command: str, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(command_line, "_the_one_that_runs", lambda _name: profile)
    monkeypatch.setattr(commands, "deploy", lambda _profile, wish, *_: asked.append(wish.start_seconds))
    monkeypatch.setattr(command_line, "scale", lambda *_, start_seconds: asked.append(start_seconds))
    parser = argparse.ArgumentParser()
    command_line.add_to(parser)
    arguments = argparse.Namespace(**vars(parser.parse_args([])), command=command, profile="dev")

    command_line.carry_out(arguments, _choices())
    command_line.carry_out(arguments, _choices(SALON_START_SECONDS="90"))

    assert asked == [40, 90]


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "0.0.0.0/1,128.0.0.0/1", "::/1 8000::/1"])
def test_networks_that_are_everybody_together_are_no_balancers(everybody: str) -> None:
    with pytest.raises(CannotGoOn, match="everybody"):
        _choices(SALON_BALANCERS=everybody)


def test_a_server_that_was_given_is_the_one_that_is_used(profile: Profile) -> None:
    where = environment.servers(profile, _choices(REDIS_URL="redis://10.0.0.1:1/2", KAFKA_BROKERS="k:1"))

    assert (where.redis_url, where.kafka_brokers) == ("redis://10.0.0.1:1/2", "k:1")


def test_a_given_password_goes_into_a_file_that_only_we_can_read(profile: Profile) -> None:
    where = environment.servers(profile, _choices(MYSQL_URL="mysql://me:s3cret@db:3307/shop"))

    assert where.mysql_url == "mysql://me@db:3307/shop"
    assert where.mysql_password_file.read_text() == "s3cret"
    assert stat.S_IMODE(where.mysql_password_file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("chosen", "address", "password"),
    [
        ("mysql://db", "mysql://salon@db:3306/salon", ""),
        ("mysql://me:p%40ss@a,b:3307,[fd00::1]/shop", "mysql://me@a:3306,b:3307,[fd00::1]:3306/shop", "p@ss"),
        ("mysql://me@127.0.0.1:1,127.0.0.1:2,127.0.0.1:3/", "mysql://me@127.0.0.1:1,127.0.0.1:2,127.0.0.1:3/salon", ""),
    ],
)
def test_the_given_mysql_may_be_all_members_of_a_group(
    profile: Profile, chosen: str, address: str, password: str
) -> None:
    where = environment.servers(profile, _choices(MYSQL_URL=chosen))

    assert where.mysql_url == address
    assert where.mysql_password_file.read_text() == password


@pytest.mark.parametrize(
    "chosen", ["db:3306", "postgres://db/salon", "mysql://", "mysql://a,,b/salon", "mysql://a b/salon"]
)
def test_what_is_no_address_of_mysql_is_refused_with_its_form(profile: Profile, chosen: str) -> None:
    with pytest.raises(CannotGoOn, match="MYSQL_URL"):
        environment.servers(profile, _choices(MYSQL_URL=chosen))


def test_no_variable_of_a_process_has_a_password_that_an_address_was_given_with(profile: Profile) -> None:
    chosen = _choices(
        MYSQL_URL="mysql://me:s3cret@db:3307/shop",
        REDIS_URL="redis+sentinel://:s3c%40ret@a:1,b:2/salon/0",
        KAFKA_BROKERS="sasl_ssl://me:s3cret@k:1,l:2",
        MONGODB_URL="mongodb://me:s3cret@m:1/shop",
    )
    where = environment.servers(profile, chosen)
    variables = environment.variables(profile, where)

    assert "s3c" not in " ".join(variables.values())
    assert (variables["MAIN_REDIS_URL"], variables["QUEUE_KAFKA_BROKERS"], variables["CHAT_WORKER_MONGODB_URL"]) == (
        "redis+sentinel://a:1,b:2/salon/0",
        "sasl_ssl://me@k:1,l:2",
        "mongodb://me@m:1/shop",
    )
    assert Path(variables["QUEUE_REDIS_PASSWORD_FILE"]).read_text() == "s3c@ret"
    assert {name for name in variables if name.endswith("KAFKA_PASSWORD_FILE")} == {
        f"{service}_KAFKA_PASSWORD_FILE" for service in ("MAIN", "QUEUE", "CHAT_WORKER")
    }


def test_what_we_start_does_not_inherit_the_addresses_with_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in given.GIVEN_ADDRESSES:
        monkeypatch.setenv(name, "redis://:s3cret@host/0")

    assert not [name for name, value in given.for_children({"A": "b"}).items() if "s3cret" in value]


def test_profiles_never_share_a_port() -> None:
    profiles = [profile_named(name, salon_port=8000, lite=False) for name in ("dev", "test", "lite", "ha")]
    ports = [each.port(name) for each in profiles for name in each.topology.port_offsets()]
    ports += [each.web_port for each in profiles if each.name != "ha"]  # it is on dev's page

    assert len(ports) == len(set(ports))


def test_a_second_checkout_shares_no_port_with_the_first() -> None:
    ports = [
        profile.port(part)
        for page, first in ((8000, 18000), (8100, 23000))
        for name in ("dev", "test", "lite", "ha")
        for profile in [profile_named(name, salon_port=page, lite=False, first_port=first)]
        for part in (*profile.topology.port_offsets(), *([WEB] if name != "ha" else []))
    ]

    assert len(ports) == len(set(ports))


def test_first_ports_that_would_run_past_the_last_are_refused() -> None:
    with pytest.raises(CannotGoOn, match="SALON_FIRST_PORT"):
        _choices(SALON_FIRST_PORT="63000")


def test_the_logins_in_the_table_are_those_that_are_seeded() -> None:
    seeds = (ROOT / "services" / "main" / "salons" / "seeds.py").read_text()
    command = (ROOT / "services" / "main" / "salons" / "management" / "commands" / "seed.py").read_text()

    assert f'PASSWORD = "{tables.PASSWORD}"' in seeds
    assert all(f'"{login}"' in seeds + command for login in tables.LOGINS)


def test_the_environment_file_can_be_sourced_whatever_is_in_it(profile: Profile) -> None:
    path = environment.write_env_file(profile, {"A": "it's $HOME; `true`", "B": "2"})

    printed = subprocess.run(["sh", "-c", f'. {path}; printf \'%s|%s\' "$A" "$B"'], capture_output=True, text=True)

    assert printed.stdout == "it's $HOME; `true`|2"


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    secrets_store.make_missing(tmp_path / "secrets")
    first = {name: secrets_store.read(name, tmp_path / "secrets") for name in secrets_store.NAMES}
    secrets_store.make_missing(tmp_path / "secrets")

    assert {name: secrets_store.read(name, tmp_path / "secrets") for name in secrets_store.NAMES} == first
    assert len(set(first.values())) == len(first)
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    for name in secrets_store.NAMES:
        assert stat.S_IMODE((tmp_path / "secrets" / name).stat().st_mode) == 0o600


def test_a_password_that_would_be_sql_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        write_init_file(tmp_path, "x'; DROP DATABASE salon; --")


@pytest.mark.parametrize(
    "line",
    ["auto.create.topics.enable=false", "unclean.leader.election.enable=false", "group.initial.rebalance.delay.ms=0"],
)
def test_the_broker_keeps_the_safe_settings(profile: Profile, line: str) -> None:
    properties = servers.kafka_properties(profile).splitlines()

    assert line in properties
    assert not any("@PORT@" in each or "@DATA@" in each for each in properties)


def test_redis_writes_everything_down(profile: Profile) -> None:
    command = " ".join(servers.redis(profile).command)

    assert "--appendonly yes" in command
    assert "--bind 127.0.0.1" in command


def test_every_make_target_is_in_the_help() -> None:
    printed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for target in re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE):
        assert f"make {target} " in printed


def test_setup_needs_nothing_but_the_standard_library() -> None:
    """It runs before anything is installed: with no site-packages at all it must still be able to begin."""
    tried = subprocess.run(
        [sys.executable, "-S", "-c", "import deploy.local.__main__"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": ""},
    )

    assert tried.returncode == 0, tried.stderr
