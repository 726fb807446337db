"""What a member does next: a rule of what it knows about itself, its peers and the last view of the group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from deploy.local.engines.mysql_group.last_view import View

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

    @property
    def has_group(self) -> bool:
        return self.state == "ONLINE" and self.sees_majority

    @property
    def is_in_group(self) -> bool:
        return self.state in {"ONLINE", "RECOVERING"}


def next_step(
    name: str, states: Mapping[str, MemberState], *, everybody: tuple[str, ...], last: View | None, is_subset: IsSubset
) -> Step:
    """`states` of the members that answered, `name` among them."""
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
    needed = last.members if last else everybody
    if not set(needed) <= set(states):
        return Step.WAIT
    return Step.BOOTSTRAP if name == _newest(needed, states, is_subset) else Step.WAIT


def _newest(names: tuple[str, ...], states: Mapping[str, MemberState], is_subset: IsSubset) -> str | None:
    """The first of those whose data holds the data of all; None where each has something that another has not."""
    for name in sorted(names):
        if all(is_subset(states[other].gtids, states[name].gtids) for other in names):
            return name
    return None
