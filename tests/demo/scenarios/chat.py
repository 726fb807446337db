"""A customer and a groomer talk through different mains; the customer goes and comes back, and is cut off once.

With one main ready, as while a zone is down, they talk through that one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from tests.demo.scenarios.talker import RECONNECT_SECONDS, Talker, connected_device
from tests.harness.chat_client import ChatClient, ConnectionLost
from tests.harness.histories.chat import ChatHistory, Connected, Message, Resumed, Sent
from tests.harness.people import Person
from tests.harness.waiting import until

TRIES_FOR_ANOTHER_MAIN = 20
PAGE = 100


@dataclass(frozen=True)
class ChatPlan:
    base_url: str
    messages_each: int = 200
    missed_at_least: int = 5
    arrive_seconds: float = 30.0
    # A zone may be down.
    mains_ready: int = 2


class Conversation:
    def __init__(self, *, plan: ChatPlan, room_id: str, customer: Talker, groomer: Talker) -> None:
        self._plan = plan
        self._room_id = room_id
        self.customer = customer
        self.groomer = groomer
        self.connected = [Connected(one.person.id, one.device.served_by) for one in (customer, groomer)]
        self.resumed: list[Resumed] = []

    async def run(self) -> None:
        for talker in (self.customer, self.groomer):
            await talker.device.subscribe_later_too(self._room_id, after=None)
        async with self._staying(self.customer, self.groomer):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send_everything(self.groomer))
                group.create_task(self._talk_with_interruptions())
            await self._until_both_heard_all()

    @asynccontextmanager
    async def _staying(self, *talkers: Talker) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            staying = [group.create_task(one.stay(self._plan.base_url, self._room_id)) for one in talkers]
            yield
            for one in staying:
                one.cancel()

    async def _send_everything(self, talker: Talker) -> None:
        for _ in range(self._plan.messages_each):
            await self._send(talker)

    async def _talk_with_interruptions(self) -> None:
        """A third, goodbye and back; a third, cut off in the middle of a word; and the rest."""
        third = self._plan.messages_each // 3
        for _ in range(third):
            await self._send(self.customer)
        self.customer.is_away = True
        await self.customer.device.close()
        await self._come_back(abrupt=False)

        for _ in range(third):
            await self._send(self.customer)
        unacknowledged = asyncio.create_task(self._send(self.customer))
        await asyncio.sleep(0)  # the word is on its way, its ack is not
        self.customer.is_away = True
        await self.customer.device.cut()
        await self._come_back(abrupt=True)
        await unacknowledged

        while len(self.customer.sent) < self._plan.messages_each:
            await self._send(self.customer)

    async def _send(self, talker: Talker) -> None:
        """Say one thing until it is acknowledged: after a cut the same id makes the second try safe."""
        words = f"{talker.name} {len(talker.sent) + 1}: 멍멍! 🐶"
        client_message_id = str(uuid4())
        while True:
            device = talker.device
            try:
                cursor = await device.send_later_too(self._room_id, client_message_id=client_message_id, text=words)
                break
            except ConnectionLost:
                if not await until(partial(talker.is_back, since=device), seconds=RECONNECT_SECONDS):
                    raise
        talker.sent.append(Sent(talker.person.id, client_message_id, words, cursor_of(cursor)))

    async def _come_back(self, *, abrupt: bool) -> None:
        """Stay away until something was missed, then connect anew and ask for what came after the last heard."""
        customer, groomer = self.customer, self.groomer
        due = min(len(groomer.sent) + self._plan.missed_at_least, self._plan.messages_each)
        await until(lambda: len(groomer.sent) >= due, seconds=30)
        answer = await customer.resume(self._plan.base_url, self._room_id)
        customer.is_away = False
        upto = cursor_of(answer["cursor"])
        missed = sum(cursor_of(message["cursor"]) <= upto for message in customer.device.messages)
        self.connected.append(Connected(customer.person.id, customer.device.served_by))
        self.resumed.append(
            Resumed(customer.person.id, abrupt=abrupt, recovered=bool(answer["recovered"]), missed=missed)
        )

    async def _until_both_heard_all(self) -> None:
        """At most so long: what is missing then was missed, and the checker will say so."""
        due = 2 * self._plan.messages_each
        talkers = (self.customer, self.groomer)
        await until(lambda: min(len(one.received) for one in talkers) >= due, seconds=self._plan.arrive_seconds)
        await asyncio.sleep(0.5)  # whatever comes too often may still come

    async def history(self, *, mains_ready: int) -> ChatHistory:
        """`mains_ready` when both had connected."""
        talkers = (self.customer, self.groomer)
        due = max(len(talker.received) for talker in talkers)
        return ChatHistory(
            people=(self.customer.person.id, self.groomer.person.id),
            to_send_each=self._plan.messages_each,
            connected=tuple(self.connected),
            sent=tuple(sent for talker in talkers for sent in talker.sent),
            received={talker.person.id: messages_of(talker.received) for talker in talkers},
            resumed=tuple(self.resumed),
            stored={
                talker.person.id: messages_of(await stored_messages(talker.person, self._room_id, due=due))
                for talker in talkers
            },
            mains_ready=mains_ready,
        )


async def begin(plan: ChatPlan, *, customer: Person, groomer: Person, groomer_id: int) -> Conversation:
    """Open their room and connect each to another main. `groomer_id` is the groomer's, `groomer` the account."""
    room = await customer.api.expect(
        200, 201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": groomer_id}
    )
    here = Talker(customer, "보호자", await connected_device(plan.base_url, customer))
    there = Talker(groomer, "미용사", await _connected_elsewhere(plan, groomer, than=here.device.served_by))
    return Conversation(plan=plan, room_id=room["id"], customer=here, groomer=there)


async def end(conversation: Conversation) -> None:
    for talker in (conversation.customer, conversation.groomer):
        await talker.device.close()


async def _connected_elsewhere(plan: ChatPlan, person: Person, *, than: str) -> ChatClient:
    """nginx goes round; ask until it gives another main. If it never does, the checker will say so."""
    for _ in range(TRIES_FOR_ANOTHER_MAIN if plan.mains_ready > 1 else 0):
        device = await connected_device(plan.base_url, person)
        if device.served_by != than:
            return device
        await device.close()
    return await connected_device(plan.base_url, person)


async def stored_messages(person: Person, room_id: str, *, due: int) -> list[dict[str, Any]]:
    """The room's whole history over HTTP; asked again for a while if the chat-worker has not written all yet."""
    deadline = asyncio.get_running_loop().time() + 20
    while True:
        stored = await _all_pages(person, room_id)
        if len(stored) >= due or asyncio.get_running_loop().time() > deadline:
            return stored
        await asyncio.sleep(0.2)


async def _all_pages(person: Person, room_id: str) -> list[dict[str, Any]]:
    """From the newest page back to the first: each page is in the order of the log."""
    stored: list[dict[str, Any]] = []
    before: str | None = None
    while True:
        params = {"limit": str(PAGE)} | ({"before": before} if before else {})
        path = f"/api/v1/rooms/{room_id}/messages"
        page = await person.api.expect(200, method="GET", path=path, params=params)
        stored = page["items"] + stored
        before = page["next"]
        if before is None or not page["items"]:
            return stored


def messages_of(documents: Sequence[dict[str, Any]]) -> tuple[Message, ...]:
    return tuple(
        Message(
            cursor=cursor_of(document["cursor"]),
            sender=document["sender_id"],
            client_message_id=document["client_message_id"],
            text=document["text"],
            sent_at=document["sent_at"],
        )
        for document in documents
    )


def cursor_of(text: str) -> tuple[int, int]:
    epoch, offset = text.split("-")
    return int(epoch), int(offset)
