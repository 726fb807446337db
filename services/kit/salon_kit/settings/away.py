"""What a process must not have away from one's own machine: one table of rules, asked before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from salon_kit.settings.refusal import Fault

HERE = frozenset({"local", "test"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "0.0.0.0"})  # noqa: S104  # nothing is bound to it
# In no secret that somebody made for real; in those of examples, tutorials and tools that start a project.
_DEMO_WORDS = ("changeme", "change-me", "django-insecure", "daengdaeng", "example", "password", "secret", "demo")
_CHARACTERS_MIN, _DIFFERENT_MIN = 16, 8
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
    wide = [word for word in words if word != "none" and ip_network(word, strict=False).prefixlen == 0]
    return f"{wide[0]} is everybody" if wide else ""


def _without_password(name: str) -> Callable[[Any], str]:
    def broken(settings: Any) -> str:
        authority = str(getattr(settings, name)).partition("://")[2].partition("/")[0]
        credentials, _at, _hosts = authority.rpartition("@")
        return "" if ":" in credentials and not credentials.endswith(":") else "its address has no password"

    return broken


def _without_tls(name: str, *marks: str) -> Callable[[Any], str]:
    def broken(settings: Any) -> str:
        address = str(getattr(settings, name))
        safe = settings.stores_are_private or any(mark in address for mark in marks)
        return "" if safe else "its connections can be read on their way"

    return broken


_PASSWORD = "whoever reaches the store can read and change everything in it"  # noqa: S105
_TLS = "whoever stands between can read passwords, places and messages, and change them"
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
    Rule("redis-tls", "redis_url", _without_tls("redis_url", "rediss://"), _TLS, _DO_TLS.format("take rediss://")),
    Rule(
        "kafka-tls",
        "kafka_brokers",
        _without_tls("kafka_brokers", "sasl_ssl://"),
        _TLS,
        _DO_TLS.format("take sasl_ssl://"),
    ),
    Rule(
        *("mongodb-tls", "mongodb_url", _without_tls("mongodb_url", "tls=true", "mongodb+srv://"), _TLS),
        _DO_TLS.format("add tls=true"),
    ),
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
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and (weak := weakness_of(value.get_secret_value())):
            why = "who has read our code, or tries a few words, can sign in its place"
            yield Fault(f"the secret {name}: {weak}", why, "write a random one of 32 characters or more to its file")


def weakness_of(secret: str) -> str:
    """Why this is no secret, "" for one that may be. A key in PEM is made by a tool, and tested by whoever loads it."""
    if secret.startswith("-----BEGIN "):
        return ""
    found = [word for word in _DEMO_WORDS if word in secret.lower()]
    if found:
        return f"{found[0]!r} is in it"
    if len(secret) < _CHARACTERS_MIN or len(set(secret)) < _DIFFERENT_MIN:
        return f"it has fewer than {_CHARACTERS_MIN} characters, or fewer than {_DIFFERENT_MIN} different ones"
    return ""
