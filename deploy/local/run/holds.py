"""What is held down is neither started again nor missed when it ends: it has a file in `.local/<profile>/down/`.

`make zone-down` puts one there for each part of a zone and `make zone-up` takes them away; a deploy holds what it
replaces.
"""

from __future__ import annotations

from pathlib import Path

from deploy.local.settings.profiles import Profile


def holds(profile: Profile) -> Path:
    return profile.state / "down"


def hold(profile: Profile, name: str) -> None:
    holds(profile).mkdir(parents=True, exist_ok=True)
    (holds(profile) / name).touch()


def let_go(profile: Profile, name: str) -> None:
    (holds(profile) / name).unlink(missing_ok=True)


def let_all_go(profile: Profile) -> None:
    for path in holds(profile).glob("*"):
        path.unlink()


def is_held(profile: Profile, name: str) -> bool:
    return (holds(profile) / name).exists()
