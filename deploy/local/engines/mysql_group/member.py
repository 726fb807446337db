"""Runs one member: `python -m deploy.local.engines.mysql_group.member NOTE`. SIGTERM ends it in good order."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from deploy.local.engines.mysql_group import last_view, questions
from deploy.local.engines.mysql_group.group import Group, read_note
from deploy.local.engines.mysql_group.server import RESTART, Server
from deploy.mysql.decision import MemberState, Step, next_step, should_end

LOOK_EVERY_SECONDS = 0.5
AFTER_FAILURE_SECONDS = 2.0
# So often in a row must it look as if the group did not have our transactions: it may just be committing them.
ERRANT_LOOKS = 4


class Keeper:
    """The thread that keeps a running server in its group."""

    def __init__(self, group: Group, server: Server) -> None:
        self._group, self._server = group, server
        self._state = group.folder / group.me.name / "state"
        self._logged = ""
        self._errant_looks = 0
        self.stopping = threading.Event()
        self.rebuilding = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            try:
                self.look()
            except (questions.Unreachable, OSError) as error:
                self._log(f"WAIT {error.args[:2]}")
                self.stopping.wait(AFTER_FAILURE_SECONDS)

    def look(self) -> None:
        group = self._group
        mine = questions.ask(group.me, group.members, group.password)
        if mine.view:
            last_view.note(group.folder, mine.view)
        if mine.state.is_in_group:
            self._errant_looks = 0
            alone = "" if mine.state.sees_majority else " without a majority"
            self._log(f"{mine.state.state} {mine.state.role}{alone}".strip())
            if mine.view and self._should_end(mine.state.role, mine.view.members):
                self._log("ENDS: there is no space left for its logs, and the others have some")
                self._server.kill()
            return
        states = self._peers() | {group.me.name: mine.state}
        self._do(self._next(states), states)

    def _should_end(self, role: str, online: Sequence[str]) -> bool:
        others = [_free_bytes(self._group.data_of(name)) for name in online if name != self._group.me.name]
        return should_end(role, free_bytes=_free_bytes(self._group.data), of_others=others)

    def _next(self, states: dict[str, MemberState]) -> Step:
        group = self._group
        last = last_view.read(group.folder)
        return next_step(
            group.me.name,
            states,
            everybody=tuple(member.name for member in group.members),
            last=last.members if last else None,
            is_subset=lambda part, whole: questions.is_subset(group.me, group.password, part, whole),
        )

    def _do(self, step: Step, states: dict[str, MemberState]) -> None:
        group = self._group
        self._errant_looks = self._errant_looks + 1 if step is Step.REBUILD else 0
        self._log(f"{step.name}: {step.value}; answering: {', '.join(sorted(states))}")
        if step is Step.JOIN:
            questions.start(group.me, group.password, bootstrap=False)
        elif step is Step.BOOTSTRAP:
            with last_view.locked(group.folder):
                # Somebody may have been quicker while we waited for the lock.
                if self._next(self._peers() | {group.me.name: states[group.me.name]}) is Step.BOOTSTRAP:
                    questions.start(group.me, group.password, bootstrap=True)
        elif self._errant_looks >= ERRANT_LOOKS:
            self._rebuild(states)

    def _rebuild(self, states: dict[str, MemberState]) -> None:
        group = self._group
        theirs = ",".join(state.gtids for name, state in states.items() if name != group.me.name and state.gtids)
        errant = questions.subtracted(group.me, group.password, states[group.me.name].gtids, theirs)
        self._log(f"REBUILD: the group has not {errant}; they are kept in data.set-aside")
        self._errant_looks = 0
        self.rebuilding.set()
        self._server.terminate()
        # Until the new server is up there is nothing to ask.
        self.stopping.wait(AFTER_FAILURE_SECONDS)

    def _peers(self) -> dict[str, MemberState]:
        """Of those that answer."""
        states = {}
        for peer in self._group.peers:
            try:
                states[peer.name] = questions.ask(peer, self._group.members, self._group.password).state
            except questions.Unreachable:
                continue
        return states

    def _log(self, what: str) -> None:
        if what != self._logged:
            self._logged = what
            print(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {self._group.me.name}: {what}", flush=True)
            # On a full disk it says it in its log alone.
            with suppress(OSError):
                self._state.write_text(what)


def _free_bytes(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def main() -> int:
    group = read_note(Path(sys.argv[1]))
    server = Server(group)
    keeper = Keeper(group, server)

    def stop(_number: int, _frame: FrameType | None) -> None:
        keeper.stopping.set()
        server.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.start()
    threading.Thread(target=keeper.run, name="keeper", daemon=True).start()
    while True:
        if keeper.stopping.is_set():
            # Told so before there was a server to tell.
            server.terminate()
        code = server.wait()
        if keeper.stopping.is_set():
            return 0
        if keeper.rebuilding.is_set():
            keeper.rebuilding.clear()
            server.set_data_aside()
        elif code != RESTART:
            return code or 1
        server.start()


if __name__ == "__main__":
    sys.exit(main())
