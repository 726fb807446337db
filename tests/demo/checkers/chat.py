"""Did everybody hear everything, once, in one order, and does history say the same?"""

from __future__ import annotations

from itertools import pairwise

from tests.harness.histories.chat import ChatHistory, Message
from tests.harness.statements import Finding, Statement, judge, none_of, repeated


def judge_chat(history: ChatHistory) -> list[Statement]:
    return judge(history, CLAIMS)


def the_two_talk_through_different_mains_where_there_are_two(history: ChatHistory) -> Finding:
    """Their first connections are to two instances; a reconnect may land on any."""
    mains = {connected.person: connected.served_by for connected in reversed(history.connected)}
    one, other = (mains.get(person, "") for person in history.people)
    if history.mains_ready == 1:
        return Finding(bool(one and other), f"one main was ready, so nothing is shown of two: {one or 'nobody'}")
    return Finding(bool(one and other and one != other), f"{one or 'nobody'} and {other or 'nobody'}")


def every_message_was_acknowledged(history: ChatHistory) -> Finding:
    unacknowledged = [sent.client_message_id for sent in history.sent if sent.acked is None]
    counts = [sum(sent.sender == person for sent in history.sent) for person in history.people]
    if counts != [history.to_send_each] * 2:
        return Finding(holds=False, evidence=f"{counts} sent, {history.to_send_each} each wanted")
    return none_of(unacknowledged, but=f"{len(history.sent)} sent")


def an_ack_names_the_place_in_the_log(history: ChatHistory) -> Finding:
    """The cursor of the ack is the one that everybody got the message with."""
    acked = {sent.client_message_id: sent.acked for sent in history.sent}
    wrong = [
        f"{message.client_message_id}: acked {acked.get(message.client_message_id)}, heard at {message.cursor}"
        for received in history.received.values()
        for message in received
        if acked.get(message.client_message_id) != message.cursor
    ]
    return none_of(wrong, but=f"{len(acked)} acks")


def nobody_missed_a_message(history: ChatHistory) -> Finding:
    acked = {sent.client_message_id for sent in history.sent if sent.acked is not None}
    wrong = [
        f"{person} missed {missing}"
        for person in history.people
        for missing in acked - {message.client_message_id for message in history.received[person]}
    ]
    return none_of(wrong, but=f"{len(acked)} messages to {len(history.people)} people")


def nobody_heard_a_message_twice(history: ChatHistory) -> Finding:
    wrong = [
        f"{person} heard {twice} again"
        for person in history.people
        for twice in repeated(message.client_message_id for message in history.received[person])
    ]
    return none_of(wrong, but=_lengths(history.received))


def both_heard_the_same_order(history: ChatHistory) -> Finding:
    one, other = (history.received[person] for person in history.people)
    differs = [index for index, (left, right) in enumerate(zip(one, other, strict=False)) if left != right]
    return none_of(differs, but=_lengths(history.received))


def the_log_is_the_order(history: ChatHistory) -> Finding:
    """Cursors only rise, for each person and over every reconnect."""
    wrong = [
        f"{person} heard {before.cursor} then {after.cursor}"
        for person in history.people
        for before, after in pairwise(history.received[person])
        if before.cursor >= after.cursor
    ]
    return none_of(wrong, but=_lengths(history.received))


def each_persons_words_keep_their_order(history: ChatHistory) -> Finding:
    wrong = [
        f"{person} heard {sender} out of order"
        for person in history.people
        for sender in history.people
        if _texts_of(sender, history.received[person]) != [s.text for s in history.sent if s.sender == sender]
    ]
    return none_of(wrong, but=f"{len(history.sent)} sent")


def words_arrive_as_they_were_said(history: ChatHistory) -> Finding:
    sent_by_id = {sent.client_message_id: (sent.sender, sent.text) for sent in history.sent}
    wrong = [
        f"{message.client_message_id}: {message.text!r}"
        for received in history.received.values()
        for message in received
        if sent_by_id.get(message.client_message_id) != (message.sender, message.text)
    ]
    return none_of(wrong, but=f"{len(sent_by_id)} sent")


def reconnecting_recovered_what_was_missed(history: ChatHistory) -> Finding:
    """One goodbye and one abrupt cut at least, and each with something to miss."""
    wrong = [resumed for resumed in history.resumed if not resumed.recovered or resumed.missed < 1]
    if {resumed.abrupt for resumed in history.resumed} != {True, False}:
        return Finding(holds=False, evidence="not both an abrupt cut and a goodbye")
    missed = [resumed.missed for resumed in history.resumed]
    return none_of(wrong, but=f"{len(history.resumed)} reconnects, {missed} messages sent meanwhile")


def history_is_exactly_what_was_received(history: ChatHistory) -> Finding:
    wrong = [
        f"{person}'s history has {len(history.stored[person])}, received {len(history.received[person])}: "
        f"first difference at {_first_difference(history.stored[person], history.received[person])}"
        for person in history.people
        if history.stored[person] != history.received[person]
    ]
    return none_of(wrong, but=f"history {_lengths(history.stored)}, received {_lengths(history.received)}")


def _texts_of(sender: int, messages: tuple[Message, ...]) -> list[str]:
    return [message.text for message in messages if message.sender == sender]


def _lengths(messages: dict[int, tuple[Message, ...]]) -> str:
    return " and ".join(str(len(received)) for received in messages.values()) + " messages"


def _first_difference(one: tuple[Message, ...], other: tuple[Message, ...]) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


CLAIMS = (
    the_two_talk_through_different_mains_where_there_are_two,
    every_message_was_acknowledged,
    an_ack_names_the_place_in_the_log,
    nobody_missed_a_message,
    nobody_heard_a_message_twice,
    both_heard_the_same_order,
    the_log_is_the_order,
    each_persons_words_keep_their_order,
    words_arrive_as_they_were_said,
    reconnecting_recovered_what_was_missed,
    history_is_exactly_what_was_received,
)
