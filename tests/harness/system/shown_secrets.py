"""Which processes show a secret of ours to whoever may list them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.local.places import SECRETS
from deploy.local.settings import secrets_store
from deploy.local.settings.profiles import Profile

NOT_SECRET = {secrets_store.TOKEN_PUBLIC_KEY}
# Of a PEM, each line is as good as none; its first one says mostly which kind of key it is.
PEM_LINE = 60


def known_secrets(profile: Profile) -> dict[str, str]:
    """By what is a secret, where it stands: the store's, and those that this profile exchanges."""
    files = [SECRETS / name for name in secrets_store.NAMES if name not in NOT_SECRET]
    files += [profile.keys / name for name in secrets_store.EXCHANGED if name not in NOT_SECRET]
    found = {text: str(file) for file in files for text in _texts_of(file)}
    assert len(found) >= len(secrets_store.NAMES) - len(NOT_SECRET)
    return found


def _texts_of(file: Path) -> Iterator[str]:
    lines = file.read_text(encoding="ascii").split()
    is_pem = lines[0].startswith("-----BEGIN")
    for line in lines[4:] if is_pem else lines:
        text = line.removeprefix("next:")
        if not is_pem or len(text) >= PEM_LINE:
            yield text


def shown_by(pids: Iterable[int], known: dict[str, str]) -> list[str]:
    shown = []
    for pid in pids:
        for what in ("environ", "cmdline"):
            try:
                text = Path(f"/proc/{pid}/{what}").read_bytes().decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile
            shown += [f"{pid} {what}: {where}" for secret, where in known.items() if secret in text]
    return shown


def with_children(pids: Iterable[int]) -> set[int]:
    """Servers stand behind the sandbox that is started, and some have processes of their own."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = set[int](), list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += parents.get(pid, [])
    return found
