"""Histories in which everything went right, small enough to read. The tests doctor them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.harness.histories.booking import BookingAttempt, BookingRow, BookingSeen, RaceHistory
from tests.harness.histories.chat import ChatHistory, Connected, Message, Resumed, Sent
from tests.harness.histories.drop import (
    AskedAgain,
    Called,
    CouponRow,
    DropHistory,
    FinalWord,
    FrameSeen,
    Joined,
    Left,
    LineCounters,
    Reconciled,
    Sighting,
)

# Ten customers, 101 to 110 with the numbers 1 to 10, four coupons. Number 3 leaves at frame 2. Two are served at
# frame 3 and two more at frame 4: the numbers 1, 2, 4 and 5.
QUANTITY = 4
LEAVER = 3
WINNERS = (1, 2, 4, 5)
SERVING = {1: 0, 2: 0, 3: 2, 4: 5}


def account(number: int) -> int:
    return 100 + number


def honest_drop() -> DropHistory:
    numbers = range(1, 11)
    rows = tuple(
        CouponRow(coupon_id=f"coupon-{number}", customer=account(number), serial=serial, number=number)
        for serial, number in enumerate(WINNERS, start=1)
    )
    sold_out = [number for number in numbers if number not in WINNERS and number != LEAVER]
    return DropHistory(
        quantity=QUANTITY,
        customers=frozenset(map(account, numbers)),
        joined=(*(Joined(0.1, account(n), n) for n in numbers), Joined(0.5, account(8), 8, again=True)),
        left=(Left(1.5, account(LEAVER), LEAVER),),
        final_words=(
            *(FinalWord(4.0, row.customer, "issued", row.coupon_id, row.serial) for row in rows),
            *(FinalWord(4.5, account(number), "sold-out") for number in sold_out),
            FinalWord(1.6, account(LEAVER), "left"),
        ),
        asked_again=(AskedAgain(101, 409, "already-has-coupon"), AskedAgain(109, 410, "sold-out")),
        frames=tuple(_frames()),
        sightings=tuple(_sightings()),
        called=tuple(Called(account(number), number, ahead=0) for number in WINNERS),
        rows=rows,
        counters=LineCounters(
            state="sold-out", issued=4, stock_left=0, redis_in_flight=0, redis_issued=frozenset(rows)
        ),
        reconciled=Reconciled(differences=(), compared="4 coupons, 4 claims, 4 answers"),
    )


def _frames() -> Iterator[FrameSeen]:
    for seq, serving in SERVING.items():
        admitted = {0: 0, 2: 2, 5: 4}[serving]
        yield FrameSeen(
            at=float(seq),
            seq=seq,
            fingerprint=f"frame-{seq}",
            state="open",
            serving=serving,
            admitted=admitted,
            waiting=10 - admitted - (seq >= 2),
            stock_left=QUANTITY - admitted,
            departed=((LEAVER, LEAVER),) if seq == 2 else (),
            returned=(),
        )


def _sightings() -> Iterator[Sighting]:
    """Every customer on one stream, and number 9 on a second device from frame 2."""
    for seq, serving in SERVING.items():
        for number in range(1, 11):
            if number == LEAVER and seq >= 2:
                continue
            gone = seq >= 2 and number > LEAVER
            ahead = max(0, number - 1 - serving - (gone and serving < LEAVER))
            yield Sighting(account(number), number, stream=1, seq=seq, serving=serving, sum=ahead)
            if number == 9 and seq >= 2:
                yield Sighting(account(number), number, stream=2, seq=seq, serving=serving, sum=ahead)


def honest_chat() -> ChatHistory:
    """Three messages each, one after the other; 1 says goodbye after two, 2 is cut off after four."""
    messages = tuple(
        Message(
            (1, 40 + turn), sender=1 + turn % 2, client_message_id=f"id-{turn}", text=f"멍 {turn}", sent_at=f"T{turn}"
        )
        for turn in range(6)
    )
    return ChatHistory(
        people=(1, 2),
        to_send_each=3,
        connected=(Connected(1, "main-a"), Connected(2, "main-b"), Connected(1, "main-b"), Connected(2, "main-b")),
        sent=tuple(Sent(m.sender, m.client_message_id, m.text, m.cursor) for m in messages),
        received={1: messages, 2: messages},
        resumed=(
            Resumed(1, abrupt=False, recovered=True, missed=1),
            Resumed(2, abrupt=True, recovered=True, missed=2),
        ),
        stored={1: messages, 2: messages},
    )


def honest_race() -> RaceHistory:
    """Five customers; 3 gets the slot."""
    customers = (1, 2, 3, 4, 5)
    return RaceHistory(
        customers=customers,
        attempts=tuple(
            BookingAttempt(who, 201, None, "booking-1") if who == 3 else BookingAttempt(who, 409, "slot-taken", None)
            for who in customers
        ),
        seen=(BookingSeen(3, "booking-1"),),
        slot_offered_before=True,
        slot_offered_after=False,
        rows=(BookingRow("booking-1", 3),),
    )
