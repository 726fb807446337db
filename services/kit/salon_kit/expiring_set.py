"""A set whose members are forgotten some time after they were last added, so that its size is bounded by time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class ExpiringSet(Generic[T]):
    """Any thread may ask and add. What is old is forgotten at the next `add`, so nobody has to tidy up."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._forget_at: OrderedDict[T, float] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._forget_at)

    def __contains__(self, member: T) -> bool:
        return member in self._forget_at

    def add(self, member: T, *, now: float) -> bool:
        """Whether it is new. `now` is a monotonic clock's seconds."""
        with self._lock:
            is_new = member not in self._forget_at
            self._forget_at[member] = now + self._seconds
            self._forget_at.move_to_end(member)
            while next(iter(self._forget_at.values())) <= now:
                self._forget_at.popitem(last=False)
        return is_new
