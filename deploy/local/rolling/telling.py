"""What everybody is told of a deploy: that it began, and how it ended."""

from __future__ import annotations

from deploy.local.places import LOCAL
from deploy.local.releases.building import migrations_in
from deploy.local.releases.release import Manifest, Shelf
from deploy.local.rolling.carrying_out import Outcome
from deploy.local.rolling.journal import Direction, State
from deploy.local.settings.dotenv import Choices
from deploy.messages.message import Level, Message, Messages
from deploy.messages.near import All, LogFile, Terminal
from deploy.messages.webhook import Discord, SlackLike


def channels_of(choices: Choices) -> All:
    channels: list[Messages] = [Terminal(), LogFile(LOCAL / "logs" / "messages.jsonl")]
    channels += [Discord(choices.discord_webhook_file)] if choices.discord_webhook_file else []
    channels += [SlackLike(choices.webhook_file)] if choices.webhook_file else []
    return All(channels)


def of_beginning(state: State, shelf: Shelf, *, where: str) -> Message:
    back = state.direction is Direction.BACK
    title = f"Rolling {where} back to {state.old}" if back else f"Deploying {state.new} to {where}"
    return Message(title=title, text=_subject(state, shelf), facts=_facts(state, shelf))


def of_end(state: State, outcome: Outcome, shelf: Shelf, *, where: str, seconds: float, wanted_back: bool) -> Message:
    facts = (*_facts(state, shelf), ("took", f"{seconds:.0f} s"))
    if outcome is Outcome.DONE:
        text = f"{_subject(state, shelf)}\nBack to {state.old}: make rollback"
        return Message(f"{state.new} runs on {where}", text, Level.GOOD, facts)
    if wanted_back:
        return Message(f"{where} is back on {state.old}", f"Again: make deploy VERSION={state.new}", Level.GOOD, facts)
    text = f"{state.reason}\n{state.old} runs everywhere. Migrations stay: they only add."
    return Message(f"{state.new} was taken back from {where}", text, Level.BAD, facts)


def of_failure(state: State, why: str, *, where: str) -> Message:
    text = f"{why}\nIt stands at: {state.standing}\nGo on: make deploy CONTINUE=1. Back: make rollback"
    return Message(f"The deploy of {state.new} to {where} stopped half-way", text, Level.BAD, (("who", state.by),))


def _facts(state: State, shelf: Shelf) -> tuple[tuple[str, str], ...]:
    manifest = _manifest(state, shelf)
    adds = set(manifest.migrations) - set(_migrations_of(state.old, shelf)) if manifest else set()
    return (
        ("version", state.new),
        ("commit", manifest.commit[:12] if manifest else "the checkout"),
        ("digest", manifest.digest[:12] if manifest else "–"),
        ("from", state.old),
        ("who", state.by),
        ("migrations", ", ".join(sorted(adds)) or "none"),
    )


def _migrations_of(version: str, shelf: Shelf) -> tuple[str, ...]:
    release = shelf.find(version)
    return migrations_in(release.root) if release else ()


def _manifest(state: State, shelf: Shelf) -> Manifest | None:
    release = shelf.find(state.new)
    return release.manifest() if release else None


def _subject(state: State, shelf: Shelf) -> str:
    manifest = _manifest(state, shelf)
    return manifest.subject if manifest else ""
