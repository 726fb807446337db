"""HAProxy before the zones of one profile."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deploy.local.places import ROOT, tool
from deploy.local.run.nginx import TEMPLATES as NGINX
from deploy.local.run.nginx import most_files
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile
from deploy.topology import BALANCER

TEMPLATE = ROOT / "deploy" / "haproxy" / "haproxy.cfg.template"
# Where it speaks to zones from: nginx believes this address, and nobody else on this machine has it.
SOURCE = "127.0.0.2"
# What HAProxy may answer by itself; nginx has words for each.
ERRORS = (400, 408, 500, 502, 503, 504)
NO_ZONE = 503
RETRY_AFTER_SECONDS = 2
LATER = {502, 503, 504}
OTHER_FILES = 500
# Of the connections that there are (about 9,500), as many as nginx lets one address have at the same time.
CONNECTIONS_PER_ADDRESS = 8_000


def balancer(profile: Profile, *, balancers: Sequence[str] = ()) -> Program:
    """`balancers` are the networks in front of it that are believed about whom they speak for."""
    path = profile.state / "haproxy.cfg"

    def prepare() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(configuration(profile, balancers), encoding="utf-8")

    return Program(
        name=BALANCER,
        command=[tool("haproxy") or "haproxy", "-db", "-f", str(path)],
        ports=[profile.port(BALANCER), profile.port("balancer-status")],
        ready=serves(f"http://{HOST}:{profile.port(BALANCER)}/healthz"),
        prepare=prepare,
        stops_first=True,
        pause_seconds=1,
    )


def configuration(profile: Profile, balancers: Sequence[str] = ()) -> str:
    return filled(
        SALON_LISTEN=f"{HOST}:{profile.port(BALANCER)}",
        SALON_STATUS_LISTEN=f"{HOST}:{profile.port('balancer-status')}",
        SALON_SOURCE=SOURCE,
        # Each takes two files, one on each side.
        SALON_CONNECTIONS=str((most_files() - OTHER_FILES) // 2),
        SALON_BALANCERS=_believed(balancers),
        SALON_ZONES="\n".join(
            f"    server {zone} {HOST}:{profile.port(f'nginx-{zone}')} check" for zone in profile.topology.zones
        ),
    )


def filled(**where: str) -> str:
    """The template: `where` are its words that differ from place to place."""
    text = TEMPLATE.read_text(encoding="utf-8")
    values = {
        **where,
        "SALON_CONNECTIONS_PER_ADDRESS": str(CONNECTIONS_PER_ADDRESS),
        "SALON_ERRORS": "\n".join(_error(status) for status in ERRORS),
        "SALON_NOBODY": "\n".join(_refusal(language) for language in ("en", "ko")),
    }
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def problem(status: int, language: str) -> str:
    """The same words as nginx has for it."""
    words = (NGINX / "refusal_texts.conf").read_text(encoding="utf-8")
    found = re.search(rf"""^ *"{status} {language}" +'(.*)';$""", words, re.MULTILINE)
    if found is None:
        raise ValueError(f"refusal_texts.conf has no {status} in {language}")
    return found[1]


def _believed(balancers: Sequence[str]) -> str:
    acl = f"acl from_balancer src {' '.join(balancers)}" if balancers else "acl from_balancer always_false"
    return f"    {acl}"


def _answer(status: int, language: str) -> str:
    later = f"hdr Retry-After {RETRY_AFTER_SECONDS} " if status in LATER else ""
    kind = "content-type application/problem+json hdr Cache-Control no-store hdr X-Request-ID %[var(txn.request_id)]"
    return f"status {status} {kind} {later}string '{problem(status, language)}'"


def _error(status: int) -> str:
    """One language only: for these HAProxy knows nothing of the request. It is that of whoever names none."""
    return f"    http-error {_answer(status, 'ko')}"


def _refusal(language: str) -> str:
    condition = " if { var(txn.language) -m str en }" if language == "en" else ""
    return f"    http-request return {_answer(NO_ZONE, language)}{condition}"
