"""Which sockets of this process listen to which room."""

from __future__ import annotations

from typing import Protocol

from autobahn.websocket.protocol import PreparedMessage

from chat import metrics
from chat.history.messages import Message

MAX_HELD = 5_000


class Listener(Protocol):
    """A connection that takes frames without waiting (serving.sockets.connection)."""

    def send(self, frame: PreparedMessage) -> None: ...


class Subscription:
    """One socket in one room. It begins by holding what arrives, until what was missed has been sent."""

    def __init__(self, listener: Listener, *, earlier: Subscription | None = None) -> None:
        self._listener = listener
        self._earlier = earlier
        self._last_offset = -1
        self._held: list[Message] | None = []
        self.overflowed = False

    @property
    def earlier(self) -> Subscription | None:
        """The one of the same socket that this one wants to take the place of."""
        return self._earlier

    @property
    def last_offset(self) -> int:
        return self._last_offset

    def skip_to(self, offset: int) -> None:
        """Whatever is at or before this offset is not for this socket: it has it, or will read it in history."""
        self._last_offset = offset

    def give(self, message: Message) -> None:
        """Send it, unless it was sent before: cursors only rise."""
        if message.offset > self._last_offset:
            self._last_offset = message.offset
            self._listener.send(message.frame)
            metrics.delivered.inc()

    def arrive(self, message: Message) -> None:
        """A new message from the log."""
        if self._held is None:
            self.give(message)
        elif len(self._held) < MAX_HELD and not self.overflowed:
            self._held.append(message)
        else:
            self.overflowed = True
            self._hand_back(message)

    def go_live(self) -> None:
        """Send what was held; from now on messages pass straight through."""
        held, self._held, self._earlier = self._held or [], None, None
        for message in held:
            self.give(message)

    def give_up(self) -> None:
        """Leave the place to the earlier one, which has missed nothing then."""
        self._hand_back()

    def _hand_back(self, *more: Message) -> None:
        if self._earlier is not None:
            for message in [*(self._held or []), *more]:
                self._earlier.arrive(message)
            self._held = []


class Registry:
    """Only the event loop touches it."""

    def __init__(self) -> None:
        self._by_room: dict[str, dict[Listener, Subscription]] = {}

    def add(self, room_id: str, listener: Listener) -> Subscription:
        """Takes the place of an earlier subscription of the same socket, unless it is given up."""
        listeners = self._by_room.setdefault(room_id, {})
        listeners[listener] = Subscription(listener, earlier=listeners.get(listener))
        return listeners[listener]

    def give_up(self, room_id: str, listener: Listener, subscription: Subscription) -> None:
        """This subscription came to nothing: what was before it stays."""
        if self._by_room.get(room_id, {}).get(listener) is not subscription:
            return
        if subscription.earlier is None:
            self.remove(room_id, listener)
            return
        self._by_room[room_id][listener] = subscription.earlier
        subscription.give_up()

    def remove(self, room_id: str, listener: Listener) -> None:
        listeners = self._by_room.get(room_id, {})
        listeners.pop(listener, None)
        if not listeners:
            self._by_room.pop(room_id, None)

    def deliver(self, message: Message) -> None:
        for subscription in list(self._by_room.get(message.room_id, {}).values()):
            subscription.arrive(message)
