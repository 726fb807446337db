"""Recording what becomes due, and doing it: each act once, whoever dies and however many workers there are."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, transaction

from due import metrics
from due.kinds import acts, questions
from due.models import FAILURE_LENGTH, DueAct
from outbox.services import NotInTransaction
from salon_kit.logs import get_logger
from salon_kit.tracing import trace_id_from, traced
from serving.mysql.outages import is_outage

log = get_logger(__name__)

MOST_TRIES = 10
LONGEST_QUESTION = timedelta(minutes=2)
_FIRST_REST = timedelta(seconds=5)
_LONGEST_REST = timedelta(minutes=15)


def record_due(*, kind: str, reference: str, due_at: datetime) -> None:
    """In the transaction of the change that makes it due. What is recorded already stays as it is.

    Nobody waits here for a worker: it holds rows that are there, and this adds one that is not. A rule whose act moves
    to another moment therefore records another reference, and the act of the old one finds that it no longer applies.
    Raises NotInTransaction outside an atomic block.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction
    act = DueAct(kind=kind, reference=reference, due_at=due_at, try_at=due_at)
    DueAct.objects.bulk_create([act], ignore_conflicts=True)


def due_ids(*, now: datetime, at_most: int) -> list[int]:
    """Those whose moment has come, the oldest first, of kinds that this release knows."""
    due = DueAct.objects.filter(try_at__lte=now, kind__in=[*acts(), *questions()])
    return list(due.order_by("try_at", "pk").values_list("pk", flat=True)[:at_most])


def carry_out(act_id: int, *, now: datetime) -> bool:
    """Do it, and note that it is done, in one transaction. False where another has it in hand, or did it.

    A question is taken in hand, asked, and noted: three steps, of which no transaction holds the second.
    What fails is tried again later, and parked at last. Raises OperationalError or InterfaceError where MySQL is away.
    """
    held_until = now
    try:
        act = _done_or_taken(act_id, now=now)
        if act is None:
            return False
        if act.kind in questions():
            held_until = now + LONGEST_QUESTION
            if not _ask(act, held_until=held_until, now=now):
                return True
    except (DatabaseError, InterfaceError) as error:
        if is_outage(error):
            raise
        _note_failure(act_id, error, now=now, held_until=held_until)
    except Exception as error:  # whatever an act raises, the others go on
        _note_failure(act_id, error, now=now, held_until=held_until)
    else:
        metrics.done.labels(act.kind).inc()
        log.info("due_act_done", kind=act.kind, reference=act.reference, late_seconds=_late(act, now))
    return True


def _done_or_taken(act_id: int, *, now: datetime) -> DueAct | None:
    with transaction.atomic(durable=True):
        act = _mine_to_do(act_id, now=now)
        if act is None:
            return None
        if act.kind in questions():
            # Whoever dies while they ask is followed once this is over.
            act.try_at = now + LONGEST_QUESTION
        else:
            with traced(trace_id_from(None), due_act=act.kind, reference=act.reference):
                acts()[act.kind](reference=act.reference, due_at=act.due_at, now=now)
            act.done_at, act.try_at = now, None
        act.save(update_fields=["done_at", "try_at"])
    return act


def _ask(act: DueAct, *, held_until: datetime, now: datetime) -> bool:
    """Whether all is answered."""
    with traced(trace_id_from(None), due_act=act.kind, reference=act.reference):
        again_at = questions()[act.kind](reference=act.reference, due_at=act.due_at, now=now)
    with transaction.atomic(durable=True):
        mine = _mine_to_do(act.pk, now=held_until)
        if mine is not None:
            mine.try_at, mine.done_at = again_at, now if again_at is None else None
            mine.save(update_fields=["done_at", "try_at"])
    return again_at is None


def _mine_to_do(act_id: int, *, now: datetime) -> DueAct | None:
    """The row is locked, before anything that the act locks (docs/locking.md)."""
    return DueAct.objects.select_for_update(skip_locked=True).filter(pk=act_id, try_at__lte=now).first()


def _note_failure(act_id: int, error: Exception, *, now: datetime, held_until: datetime) -> None:
    with transaction.atomic(durable=True):
        act = _mine_to_do(act_id, now=held_until)
        if act is None:
            return
        act.tries += 1
        act.failure = f"{type(error).__name__}: {error}"[:FAILURE_LENGTH]
        if act.tries >= MOST_TRIES:
            act.try_at, act.parked_at = None, now
            metrics.parked.labels(act.kind).inc()
            log.error("due_act_parked", kind=act.kind, reference=act.reference, exc_info=error)
        else:
            act.try_at = now + rest_after(act.tries)
            log.warning("due_act_failed", kind=act.kind, reference=act.reference, tries=act.tries, exc_info=error)
        act.save(update_fields=["tries", "failure", "try_at", "parked_at"])
    metrics.failed.labels(act.kind).inc()


def rest_after(tries: int) -> timedelta:
    """5, 10, 20 … seconds, and a quarter of an hour at most: ten tries take three quarters of an hour."""
    doubled: int = 2 ** (tries - 1)
    return min(_FIRST_REST * doubled, _LONGEST_REST)


def try_again(act: DueAct, *, now: datetime) -> None:
    """What was parked, once its cause is mended."""
    DueAct.objects.filter(pk=act.pk, parked_at__isnull=False).update(try_at=now, parked_at=None, tries=0)


def forget_done(*, before: datetime, at_most: int) -> int:
    """So that the table holds what is to come. Gives how many went."""
    old = list(DueAct.objects.filter(done_at__lt=before).order_by("done_at").values_list("pk", flat=True)[:at_most])
    return DueAct.objects.filter(pk__in=old).delete()[0] if old else 0


def _late(act: DueAct, now: datetime) -> float:
    return round((now - act.due_at).total_seconds(), 1)
