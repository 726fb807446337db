"""What a process must not have away from one's own machine: one table of rules, asked before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from salon_kit.networks import NO_BALANCERS, too_wide
from salon_kit.settings import transport
from salon_kit.settings.refusal import Fault
from salon_kit.settings.sources import CHOSEN_BY_OTHERS
from salon_kit.settings.strength import weakness_of

HERE = frozenset({"local", "test"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "0.0.0.0"})  # noqa: S104  # nothing is bound to it
_BOUNDARY = "limits by address would count the balancer as one caller, or believe whatever a caller says of itself"


@dataclass(frozen=True)
class Rule:
    """`broken` tells what is wrong, "" for nothing; it is asked of settings that have `field`."""

    name: str
    field: str
    broken: Callable[[Any], str]
    why: str
    do: str


def _plain_http(settings: Any) -> str:
    return "" if urlsplit(str(settings.public_url)).scheme == "https" else f"it is {settings.public_url}"


def _leads_here(settings: Any) -> str:
    host = urlsplit(str(settings.public_url)).hostname or ""
    return f"it is {settings.public_url}" if host in _LOOPBACK or host.endswith((".localhost", ".test")) else ""


def _any_host(settings: Any) -> str:
    wide = [host for host in str(settings.allowed_hosts).split(",") if "*" in host or host.strip().startswith(".")]
    return f"{', '.join(wide)} is in it" if wide else ""


def _no_balancer(settings: Any) -> str:
    words = str(settings.balancers).replace(",", " ").split()
    if not words:
        return "it is not set"
    return too_wide([word for word in words if word != NO_BALANCERS])


def _without_password(name: str) -> Callable[[Any], str]:
    def broken(settings: Any) -> str:
        authority = str(getattr(settings, name)).partition("://")[2].partition("/")[0]
        credentials, _at, _hosts = authority.rpartition("@")
        return "" if ":" in credentials and not credentials.endswith(":") else "its address has no password"

    return broken


def _in_the_open(name: str) -> Callable[[Any], str]:
    def broken(settings: Any) -> str:
        address = getattr(settings, name)
        if settings.stores_are_private or address is None:
            return ""
        return transport.OF_SETTINGS[name](str(address))

    return broken


def _without_tls(name: str) -> Callable[[Any], str]:
    def broken(settings: Any) -> str:
        server = str(getattr(settings, name))
        return "" if urlsplit(server).scheme == "https" else f"it is {server}"

    return broken


_PASSWORD = "whoever reaches the store can read and change everything in it"  # noqa: S105
_TLS = "whoever stands between can read passwords, places and messages, and change them"
_MAIL = "whoever stands between can read the links by which a password is set anew"
_PROVIDERS = ("google_issuer", "kakao_issuer", "naver_server", "naver_api")
_PROVIDER = "whoever stands between could sign in as anybody"
_PAYMENTS = "whoever stands between has the key with which money is taken and given back"
_DO_TLS = "{}, or say SALON_STORES_ARE_PRIVATE=1 where the network has nobody else in it"

RULES: tuple[Rule, ...] = (
    Rule(
        "debug",
        "debug",
        lambda s: "it is on" if s.debug else "",
        "error pages show code, settings and data",
        "unset it",
    ),
    Rule(
        *("plain-http", "public_url", _plain_http, "cookies would not be Secure, and could be read on their way"),
        "put the https:// address here that people use; cookies, CSRF and Origin checks follow it",
    ),
    Rule(
        *("leads-here", "public_url", _leads_here, "links, Origin and CSRF checks would be those of a laptop"),
        "put the address here that people use",
    ),
    Rule(
        *("any-host", "allowed_hosts", _any_host, "a forged Host would get into links, mails and caches"),
        "name each host",
    ),
    Rule(
        *("no-balancer", "balancers", _no_balancer, _BOUNDARY),
        "name the networks of the balancers in SALON_BALANCERS, or `none` where nginx is reached directly",
    ),
    Rule("redis-password", "redis_url", _without_password("redis_url"), _PASSWORD, "give its password as a file"),
    Rule(
        "kafka-password",
        "kafka_brokers",
        _without_password("kafka_brokers"),
        _PASSWORD,
        "sasl_ssl://user@…, and a file",
    ),
    Rule("mongodb-password", "mongodb_url", _without_password("mongodb_url"), _PASSWORD, "give its password as a file"),
    Rule("redis-tls", "redis_url", _in_the_open("redis_url"), _TLS, _DO_TLS.format("take rediss://")),
    Rule("kafka-tls", "kafka_brokers", _in_the_open("kafka_brokers"), _TLS, _DO_TLS.format("take sasl_ssl://")),
    Rule("mongodb-tls", "mongodb_url", _in_the_open("mongodb_url"), _TLS, _DO_TLS.format("add tls=true")),
    Rule("mysql-tls", "database_url", _in_the_open("database_url"), _TLS, _DO_TLS.format("reach it on this machine")),
    *(
        Rule(f"{name}-tls", name, _without_tls(name), _PROVIDER, "take the default, the provider's")
        for name in _PROVIDERS
    ),
    Rule("toss_api-tls", "toss_api", _without_tls("toss_api"), _PAYMENTS, "take the default, the provider's"),
    Rule("mail-tls", "mail_url", _in_the_open("mail_url"), _MAIL, _DO_TLS.format("take smtps://, or name a user")),
)


def faults_of(settings: BaseModel) -> list[Fault]:
    """All at once, so that nobody mends them one start at a time."""
    return [*_by_rules(settings), *_demo_secrets(settings)]


def rules_for(settings_cls: type[BaseModel]) -> list[Rule]:
    return [rule for rule in RULES if rule.field in settings_cls.model_fields]


def _by_rules(settings: BaseModel) -> Iterator[Fault]:
    for rule in rules_for(type(settings)):
        wrong = rule.broken(settings)
        if wrong:
            yield Fault(f"the setting {rule.field}: {wrong}", rule.why, rule.do)


def _demo_secrets(settings: BaseModel) -> Iterator[Fault]:
    for name, field in type(settings).model_fields.items():
        if CHOSEN_BY_OTHERS in field.metadata:
            continue
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and (weak := weakness_of(value.get_secret_value())):
            yield weak_secret(name, weak)


def weak_secret(name: str, weakness: str) -> Fault:
    why = "who has read our code, or tries a few words, can sign in its place"
    return Fault(f"the secret {name}: {weakness}", why, "write a random one of 32 characters or more to its file")
