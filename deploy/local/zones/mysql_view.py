"""What each member of MySQL's group says of itself, and whether it sees a majority."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.local.engines import mysql_group
from deploy.local.engines.mysql_group.group import Member
from deploy.local.engines.mysql_group.questions import Unreachable, ask
from deploy.local.settings import secrets_store
from deploy.local.settings.profiles import Profile


def roles(profile: Profile) -> Mapping[str, str]:
    members = mysql_group.members(profile)
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    return {member.name: _role(member, members, password) for member in members}


def _role(member: Member, members: tuple[Member, ...], password: str) -> str:
    try:
        answer = ask(member, members, password)
    except Unreachable:
        return "does not answer"
    if answer.state.state != "ONLINE":
        return f"{answer.state.state.lower()}: joins the group again, takes nothing yet"
    if not answer.state.sees_majority:
        return "online without a majority: takes no writes"
    seen = len(answer.view.members) if answer.view else 0
    role = "PRIMARY" if answer.state.role == "PRIMARY" else "secondary, read-only"
    return f"{role}, sees {seen} of {len(members)} online"
