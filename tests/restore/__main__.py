"""`make restore-drill`: plays the drill and prints how long the way back takes, and what was lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from deploy.local.backup.mysql.table_contents import differences
from tests.restore.drill import AtMark, Back, Lost, bring_back, bring_back_to, lose, refusal_of_a_place_in_use
from tests.restore.judging import PLACE_IN_USE, Gone, all_gone, wrong_at_mark, wrong_at_the_end


def main() -> int:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}", flush=True)
    lost = lose()
    refusal = refusal_of_a_place_in_use()
    at_mark, back = bring_back_to(lost.mark), bring_back(lost)
    wrong = [
        *wrong_at_mark(lost.mark, at_mark.held),
        *wrong_at_the_end(lost.acknowledged, lost.mark, back.latest, end=lost.ended),
    ]
    if PLACE_IN_USE not in refusal:
        wrong.append(f"a place in use was not refused: {refusal}")
    control = differences(lost.mark.held.tables, at_mark.tables_without_logs)
    _show(lost, at_mark, back)
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    print(f"control, without the logs: {len(control)} tables differ, {'caught' if control else 'NOT CAUGHT'}")
    print("met" if control and not wrong else "NOT MET", flush=True)
    return 0 if control and not wrong else 1


def _show(lost: Lost, at_mark: AtMark, back: Back) -> None:
    mark, everything = lost.mark, lost.acknowledged
    print(f"backup under load: {lost.backup_seconds:.1f} s")
    counts = (
        f"{len(everything.bookings)} bookings, {len(everything.coupons)} coupons, {len(everything.messages)} messages"
    )
    print(f"acknowledged until all was killed at {lost.ended_at:%H:%M:%S}: {counts}; {lost.waiting} waited in the line")
    print(
        f"as of {mark.moment:%H:%M:%S.%f}: {mark.held.rows} rows in {len(mark.held.tables)} tables and "
        f"{len(mark.held.messages)} messages then, {at_mark.held.rows} and {len(at_mark.held.messages)} restored, "
        f"{len(differences(mark.held.tables, at_mark.held.tables))} tables differ"
    )
    gone = all_gone(everything, back.latest, end=lost.ended)
    _show_lost(gone, lost.waiting)
    _show_way_back(back)


def _show_lost(gone: Mapping[str, Gone], waiting: int) -> None:
    """As late as the logs go: in seconds before the end, and in things that had been acknowledged."""
    of_mysql = [gone["bookings"], gone["coupons"]]
    words = ", ".join(f"{gone[kind].count} of {gone[kind].of} {kind}" for kind in ("bookings", "coupons"))
    print(f"RPO MySQL: {max(one.seconds for one in of_mysql):.2f} s ({words} lost)")
    messages = gone["messages"]
    print(f"RPO chat's history: {messages.seconds:.2f} s ({messages.count} of {messages.of} messages lost)")
    print(f"RPO Redis: the {waiting} places in the line that was open; of what is issued, what MySQL lost")
    print("RPO Kafka: of chat what history lost; the rest is MySQL's, and is sent again from there")


def _show_way_back(back: Back) -> None:
    took = back.start_seconds_of
    restored = back.restored
    print(
        f"RTO MySQL: {restored.mysql_seconds:.1f} s (the copy, and {restored.transactions_from_logs} transactions"
        " of the log)"
    )
    print(f"RTO chat's history: {restored.documents_seconds:.1f} s (the copy, and its log)")
    print(
        f"RTO Kafka, empty: topics made in {took['topics']:.1f} s, published events announced from MySQL in"
        f" {took['announcements']:.1f} s"
    )
    print(f"RTO Redis, empty: the old drop is known to the line {back.old_drop_seconds:.1f} s after all is ready")
    whole = back.restore_seconds + back.start_seconds
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items())
    print(f"RTO: {whole:.1f} s = make restore {back.restore_seconds:.1f} + start {back.start_seconds:.1f} ({parts})")
    print(
        f"then a new drop has issued all after {back.new_drop_seconds:.1f} s, and chat has taken a message after"
        f" {back.chat_seconds:.1f} s (people, a drop and rooms are made in that time)"
    )


if __name__ == "__main__":
    sys.exit(main())
