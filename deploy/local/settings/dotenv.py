"""What a person may choose: `.env` beside the README, and over it the environment of the shell."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.settings.profiles import FIRST_PORT, LAST_FIRST_PORT
from deploy.topology import SMALL, TOPOLOGIES

START_SECONDS = 40.0
TRUE_WORDS = {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Choices:
    """The variables of the runner itself. A URL means: use that server, and neither start nor stop it."""

    salon_port: int
    lite: bool
    mysql_url: str | None
    redis_url: str | None
    kafka_brokers: str | None
    mongodb_url: str | None
    # Where the ports of everything behind the page begin: another checkout runs beside this one with another number.
    first_port: int = FIRST_PORT
    # What stands in front, if anything: where people reach it, and whose word about callers' addresses is believed.
    public_url: str | None = None
    balancers: tuple[str, ...] = ()
    # `small`, or `ha` for two zones.
    topology: str = SMALL.name
    # Who is told of deploys and alerts: files with a webhook's address in them, of Discord and of something like Slack.
    discord_webhook_file: Path | None = None
    webhook_file: Path | None = None
    # Where an alert's board is looked at, with {board} for its name; else the page of `make status` on this machine.
    dashboard_url: str | None = None
    # When the line of the day before is written to people, in Seoul.
    daily_at: time = time(9)
    # A new instance that is not ready for longer is bad: `make deploy` takes it back, `make scale` gives it up.
    start_seconds: float = START_SECONDS

    def without_databases(self) -> Choices:
        """For the runs whose point is which engine they run on."""
        return replace(self, mysql_url=None, mongodb_url=None)


def read_choices(dotenv: Path = ROOT / ".env", environ: Mapping[str, str] = os.environ) -> Choices:
    # make exports what nobody has set as an empty text, which must not hide what stands in the file.
    shell = {key: value for key, value in environ.items() if value}
    values = {**parse(dotenv.read_text(encoding="utf-8") if dotenv.exists() else ""), **shell}
    return Choices(
        salon_port=_port("SALON_PORT", values.get("SALON_PORT") or "8000"),
        lite=(values.get("LITE") or "").lower() in TRUE_WORDS,
        mysql_url=values.get("MYSQL_URL") or None,
        redis_url=values.get("REDIS_URL") or None,
        kafka_brokers=values.get("KAFKA_BROKERS") or None,
        mongodb_url=values.get("MONGODB_URL") or None,
        first_port=_port("SALON_FIRST_PORT", values.get("SALON_FIRST_PORT") or str(FIRST_PORT), last=LAST_FIRST_PORT),
        public_url=_public_url(values.get("SALON_PUBLIC_URL") or ""),
        balancers=_networks("SALON_BALANCERS", values.get("SALON_BALANCERS") or ""),
        topology=_topology(values.get("TOPOLOGY") or SMALL.name),
        discord_webhook_file=_file(values.get("SALON_DISCORD_WEBHOOK_FILE")),
        webhook_file=_file(values.get("SALON_WEBHOOK_FILE")),
        dashboard_url=_dashboard_url(values.get("SALON_DASHBOARD_URL") or ""),
        daily_at=_hour("SALON_DAILY_AT", values.get("SALON_DAILY_AT") or "09:00"),
        start_seconds=_seconds("SALON_START_SECONDS", values.get("SALON_START_SECONDS") or str(START_SECONDS)),
    )


def parse(text: str) -> dict[str, str]:
    """KEY=VALUE lines; `#` begins a comment line, and quotes around a value are taken off."""
    pairs: dict[str, str] = {}
    for number, written in enumerate(text.splitlines(), start=1):
        line = written.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip().isidentifier():
            raise CannotGoOn(
                what=".env", why=f"line {number} is not KEY=VALUE", do="mend that line; .env.example shows the form"
            )
        pairs[key.strip()] = value.strip().strip("'\"")
    return pairs


def _port(name: str, text: str, *, last: int = 65535) -> int:
    if text.isdecimal() and 1 <= int(text) <= last:
        return int(text)
    raise CannotGoOn(what=name, why=f"{text!r} is not a port that can be used", do=f"give a number from 1024 to {last}")


def _seconds(name: str, text: str) -> float:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) and float(text) > 0:
        return float(text)
    raise CannotGoOn(what=name, why=f"{text!r} is no number of seconds", do="give one like 90")


def _hour(name: str, text: str) -> time:
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        return time.fromisoformat(text)
    raise CannotGoOn(what=name, why=f"{text!r} is no time of day", do="give one like 09:00")


def _dashboard_url(text: str) -> str | None:
    if text and not (re.fullmatch(r"https?://\S+", text) and "{board}" in text):
        raise CannotGoOn(
            what="SALON_DASHBOARD_URL",
            why=f"{text!r} is no address with {{board}} in it",
            do="give one like https://grafana.example.org/d/{board}",
        )
    return text or None


def _file(text: str | None) -> Path | None:
    return Path(text) if text else None


def _topology(text: str) -> str:
    if text in TOPOLOGIES:
        return text
    raise CannotGoOn(what="TOPOLOGY", why=f"there is no topology {text!r}", do=f"give one of {', '.join(TOPOLOGIES)}")


def _public_url(text: str) -> str | None:
    if not text:
        return None
    if re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", text):
        return text
    raise CannotGoOn(
        what="SALON_PUBLIC_URL", why=f"{text!r} is not the address of a site", do="give one like https://salon.example"
    )


# Wider than any that one owner has; salon_kit.networks, which cannot be read yet here, has the rule of processes.
_NARROW = {4: 8, 6: 7}


def _joined(networks: Sequence[IPv4Network | IPv6Network]) -> list[IPv4Network | IPv6Network]:
    """Two halves are the whole."""
    four = collapse_addresses(one for one in networks if isinstance(one, IPv4Network))
    six = collapse_addresses(one for one in networks if isinstance(one, IPv6Network))
    return [*four, *six]


def _networks(name: str, text: str) -> tuple[str, ...]:
    """Addresses or networks, with spaces or commas between them."""
    try:
        networks = [ip_network(word) for word in text.replace(",", " ").split()]
    except ValueError as error:
        raise CannotGoOn(what=name, why=str(error), do="give networks like 10.0.0.0/8, with commas") from error
    if any(network.prefixlen < _NARROW[network.version] for network in _joined(networks)):
        raise CannotGoOn(
            what=name, why="everybody would be believed about their own address", do="name the balancers only"
        )
    return tuple(str(network) for network in networks)
