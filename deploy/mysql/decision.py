"""What a member of the group does next: a rule of what is known about it, its peers and the last view of the group.

On one machine each member's own process asks it (deploy/local/engines/mysql_group), in Docker one program for all of
them (keep_group.py).
Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

# With less a server waits inside each commit until there is space for its logs; it looks once a minute.
LEAST_FREE_BYTES = 16 * 1024 * 1024

IsSubset = Callable[[str, str], bool]
"""Whether the first set of GTIDs lies within the second."""


class Step(Enum):
    STAY = "it is in the group"
    WAIT = "too little is known, or others have to begin"
    JOIN = "the group is there"
    BOOTSTRAP = "nobody has the group, and nobody has newer data"
    REBUILD = "it holds transactions that the group has not"


@dataclass(frozen=True)
class MemberState:
    """What a server says of itself."""

    # ONLINE, RECOVERING, OFFLINE or ERROR.
    state: str
    sees_majority: bool
    # Transactions that it executed, and those that it received and will execute.
    gtids: str
    # The members of its view, those too that it cannot reach.
    view: tuple[str, ...] = ()
    # PRIMARY or SECONDARY; empty for who is not ONLINE.
    role: str = ""

    @property
    def has_group(self) -> bool:
        return self.state == "ONLINE" and self.sees_majority

    @property
    def is_in_group(self) -> bool:
        return self.state in {"ONLINE", "RECOVERING"}


def next_step(
    name: str,
    states: Mapping[str, MemberState],
    *,
    everybody: tuple[str, ...],
    last: tuple[str, ...] | None,
    is_subset: IsSubset,
) -> Step:
    """`states` of the members that answered, `name` among them; `last` were in the last view with a majority.

    Where that is not known (None), everybody is needed to begin: who is missing may hold what was acknowledged last.
    """
    me = states[name]
    if me.is_in_group:
        return Step.STAY
    group = [state for peer, state in states.items() if peer != name and state.has_group]
    if any(name in state.view for state in group):
        # As we were before we ended: the group lets nobody in twice, and has not missed us yet.
        return Step.WAIT
    if group:
        known = ",".join(filter(None, (state.gtids for state in group)))
        return Step.JOIN if is_subset(me.gtids, known) else Step.REBUILD
    if any(state.is_in_group for state in states.values()):
        return Step.WAIT
    needed = last or everybody
    if not set(needed) <= set(states):
        return Step.WAIT
    return Step.BOOTSTRAP if name == _newest(needed, states, is_subset) else Step.WAIT


def should_end(role: str, *, free_bytes: int, of_others: Sequence[int]) -> bool:
    """A primary that has no space, where the others that are online go on without it and one of them has some.

    The group does not take its place from a primary that waits for space, and waits with it.
    """
    can_go_on = len(of_others) >= 2 and max(of_others) >= LEAST_FREE_BYTES
    return role == "PRIMARY" and free_bytes < LEAST_FREE_BYTES and can_go_on


def _newest(names: tuple[str, ...], states: Mapping[str, MemberState], is_subset: IsSubset) -> str | None:
    """The first of those whose data holds the data of all; None where each has something that another has not."""
    for name in sorted(names):
        if all(is_subset(states[other].gtids, states[name].gtids) for other in names):
            return name
    return None
