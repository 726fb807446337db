"""What to expect after a part was taken away or came back: the commands' words. docs/operations.md has the reasons."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.local.settings.profiles import Profile

RECOVERED_WITHIN_SECONDS = 15

# By what a part's name begins with: what happens, and until when.
OF_A_PART = {
    "main": "Requests under way to it are cut; the other main answers the next at once. Its sockets open again there.",
    "queue": "Its streams open again at the other queue in seconds, with the same numbers; if it led, that one leads.",
    "chat-worker": "Chat goes on at once. History is written by the other one after 6 s, and misses nothing.",
    "relay-outbox": "The other one relays after up to 8 s; until then events wait in MySQL.",
    "issue-coupons": "Its share is issued by the other one after 6 s; the line waits for it meanwhile.",
    "deliver-notifications": "The other one delivers after 6 s.",
    "run-due": "The other one does what is due within a second; an act that was half done is done anew.",
    "nginx": "Its zone is out of the balancer at once; open sockets and streams open again in the other zone.",
    "balancer": "Nothing can be reached until it is back, after a second; it holds nothing that could be lost.",
    "mysql": "Two members are left, which is a majority. When it is back it copies what it missed.",
    "redis": "Two servers are left. When it is back it follows whoever leads then.",
    "sentinel": "Nothing changes: the other two decide.",
    "kafka": "Two brokers are left, which acknowledge. Whoever read from it reads from another at once.",
    "mongodb": "History of chat cannot be read until it is back. Messages still arrive, and are written then.",
    "photos": "Photos are neither uploaded nor shown until it is back, but for what nginx keeps. All else goes on.",
    "postgresql": "History of chat cannot be read until it is back. Messages still arrive, and are written then.",
}
LOOK = "make topology shows how it goes."


def kind_of(name: str) -> str:
    return next(kind for kind in sorted(OF_A_PART, key=len, reverse=True) if name.startswith(kind))


def part_down(profile: Profile, name: str, led: Sequence[str], *, held: bool) -> str:
    """`led`: what it led before, a sentence each."""
    stays = f"It stays down until make part-up PART={name}." if held else "It is started again within seconds."
    return "\n".join([*led, OF_A_PART[kind_of(name)], f"{stays} {LOOK}"])


def part_up(name: str) -> str:
    return f"{name} is started within a second, and takes its part again when it is ready. {LOOK}"


def zone_down(profile: Profile, zone: str, led: Sequence[str]) -> str:
    """`led`: what was led from there, a sentence each."""
    others = " and ".join(other for other in profile.topology.zones if other != zone)
    traffic = (
        f"The balancer gives zone {others} all new requests at once; open sockets and streams open again there."
        if zone in profile.topology.zones
        else f"It takes no traffic. {OF_A_PART['mongodb']}"
    )
    leading = "\n".join(led)
    return f"""\
{traffic}
{leading}
All goes on within {RECOVERED_WITHIN_SECONDS} s, and nothing that was acknowledged is lost.
Two voters of three are left: one more lost now stops writes until it is back.
It stays down until make zone-up ZONE={zone}. {LOOK}"""


def zone_up(profile: Profile, zone: str) -> str:
    share = f" As soon as its main and its queue are ready, the balancer gives zone {zone} its share again."
    return f"""\
Its servers start within a second, catch up with what they missed and vote again, on a quiet machine within 15 s.
Primaries stay where they are now.{share if zone in profile.topology.zones else ""} {LOOK}"""
