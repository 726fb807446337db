"""Processes of this table that the run does not know, since it was started when there were none of them.

They are put before its supervisord and not started: their wave of the deploy does that, as with any other.
"""

from __future__ import annotations

from deploy.local.run.processes import processes_of, program_of
from deploy.local.run.supervision import section
from deploy.local.run.supervisor_calls import ask
from deploy.local.settings.profiles import Profile

# Behind all that was there when the run began.
_ORDER = 900


def introduce(profile: Profile) -> list[str]:
    """Their names, those that an earlier deploy introduced and never started among them."""
    states = {str(info["name"]): str(info["statename"]) for info in ask(profile, "getAllProcessInfo")}
    unknown = [process for process in processes_of(profile) if process.name not in states]
    if unknown:
        with (profile.state / "supervisord.conf").open("a", encoding="utf-8") as file:
            file.writelines(section(profile, program_of(profile, process), _ORDER) for process in unknown)
        ask(profile, "reloadConfig")
        for process in unknown:
            ask(profile, "addProcessGroup", process.name)
    known = {process.name for process in processes_of(profile)}
    never = [
        name for name, state in states.items() if name in known and state == "STOPPED" and _never_ran(profile, name)
    ]
    return [*(process.name for process in unknown), *never]


def _never_ran(profile: Profile, name: str) -> bool:
    return int(ask(profile, "getProcessInfo", name)["start"]) == 0
