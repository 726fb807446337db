"""What main and its workers count."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, counter, gauge, histogram
from salon_contracts.metrics.keys import MAIN_KEYS
from salon_contracts.metrics.shared import REFUSAL_CODE, TOPIC

_CHAT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

CHAT_SOCKETS = gauge("main_chat_sockets", "Open sockets of this process")
CHAT_FANNED_OUT = counter("main_chat_messages_fanned_out", "Messages read from the log for this process's sockets")
CHAT_COPIES = counter("main_chat_message_copies", "Records passed over as copies of a message")
CHAT_DELIVERED = counter("main_chat_deliveries", "Messages handed to a socket")
CHAT_ACKNOWLEDGE_SECONDS = histogram(
    "main_chat_acknowledge_seconds", "From the producer to the broker's report", buckets=_CHAT_SECONDS
)
CHAT_DELAY_SECONDS = histogram(
    "main_chat_delay_seconds",
    "From a message's being sent, by the sender's main, until it is handed to the sockets here, by this one's clock",
    buckets=_CHAT_SECONDS,
)
CHAT_UNCONFIRMED = counter(
    "main_chat_messages_unconfirmed", "Messages whose report did not come in time or was an error"
)
CHAT_REFUSALS = counter("main_chat_refusals", "Problem frames, by code", REFUSAL_CODE)
CHAT_SUBSCRIPTIONS = counter(
    "main_chat_subscriptions",
    "Answers to subscribe with a cursor, by whether nothing was missed",
    Label("recovered", values=("true", "false")),
)
CHAT_RING_MISSES = counter(
    "main_chat_ring_misses", "Resumes that this process's memory of the newest messages could not serve alone"
)
CHAT_SLOW_SOCKETS = counter(
    "main_chat_sockets_cut", "Sockets cut, with all that was not sent yet, because their reader stood still"
)
CHAT_RECORDS_PASSED = counter(
    "main_chat_records_passed",
    "Records of the log that are no message, by why",
    Label("reason", values=("unknown-type", "unreadable")),
)

OUTBOX_ACTIVE = gauge("main_outbox_relay_active", "1 where this relay is the one that works, 0 where it stands by")
OUTBOX_BACKLOG = gauge("main_outbox_backlog_rows", "Events that have not reached Kafka; 0 where the relay stands by")
OUTBOX_OLDEST = gauge(
    "main_outbox_oldest_age_seconds", "How long the oldest of them has waited; 0 where the relay stands by"
)
OUTBOX_RELAYED = counter("main_outbox_events_relayed", "Events that reached Kafka", TOPIC)
OUTBOX_KEPT = counter(
    "main_outbox_events_kept", "Events that did not reach Kafka in their round and are sent again", TOPIC
)
OUTBOX_PARKED = counter(
    "main_outbox_events_parked", "Events that Kafka refuses for good, set aside by this process", TOPIC
)
OUTBOX_PARKED_ROWS = gauge("main_outbox_parked_rows", "Events that are set aside: an operator must look at them")

_KIND_OF_ACT = Label("kind", most=20)
DUE_ACTIVE = gauge("main_due_worker_active", "1 where this worker is the one that works, 0 where it stands by")
DUE_WAITING = gauge(
    "main_due_waiting_rows", "Acts whose moment has come and that are not done; 0 where the worker stands by"
)
DUE_OLDEST = gauge(
    "main_due_oldest_age_seconds",
    "For how long the oldest of them could have been done, after its moment or its rest; 0 where the worker stands by",
)
DUE_DONE = counter("main_due_acts_done", "Acts that were done, or had nothing left to do", _KIND_OF_ACT)
DUE_FAILED = counter("main_due_acts_failed", "Tries that failed", _KIND_OF_ACT)
DUE_PARKED = counter(
    "main_due_acts_parked", "Acts that failed for the last time, set aside by this process", _KIND_OF_ACT
)
DUE_PARKED_ROWS = gauge("main_due_parked_rows", "Acts that are set aside: an operator must look at them")

PAYMENTS_UNKNOWN = gauge("main_payments_unknown_rows", "Payments of which the provider's last word is missing")
PAYMENTS_OLDEST_UNKNOWN = gauge(
    "main_payments_oldest_unknown_seconds",
    "For how long the oldest of them has been; 0 where the worker of due acts stands by",
)
REFUNDS_OLDEST_OPEN = gauge(
    "main_refunds_oldest_open_seconds",
    "For how long the oldest refund has not reached the provider for sure; 0 where the worker of due acts stands by",
)
REFUNDS_REFUSED = gauge(
    "main_refunds_refused_rows",
    "Refunds that the provider refuses and nobody has tried anew: a person must look at them",
)
PAYMENT_ANSWERS = counter(
    "main_payment_answers",
    "Answers of the provider of payments, by what was asked and what they mean",
    Label("call", values=("confirm", "find", "cancel")),
    Label("outcome", values=("known", "already", "refused", "not_found", "ours", "unknown")),
)

COUPONS_ISSUED = counter("main_coupons_issued", "Coupons given to customers, those of rehearsals not among them")
DROPS_BEGUN = counter("main_drops_begun", "Coupon events of which the first unit was given")

MAILS = counter("main_mails", "Mails by what became of them", Label("outcome", values=("sent", "failed", "over-limit")))

ALL = (
    CHAT_SOCKETS,
    CHAT_FANNED_OUT,
    CHAT_COPIES,
    CHAT_DELIVERED,
    CHAT_ACKNOWLEDGE_SECONDS,
    CHAT_DELAY_SECONDS,
    CHAT_UNCONFIRMED,
    CHAT_REFUSALS,
    CHAT_SUBSCRIPTIONS,
    CHAT_RING_MISSES,
    CHAT_SLOW_SOCKETS,
    CHAT_RECORDS_PASSED,
    OUTBOX_ACTIVE,
    OUTBOX_BACKLOG,
    OUTBOX_OLDEST,
    OUTBOX_RELAYED,
    OUTBOX_KEPT,
    OUTBOX_PARKED,
    OUTBOX_PARKED_ROWS,
    DUE_ACTIVE,
    DUE_WAITING,
    DUE_OLDEST,
    DUE_DONE,
    DUE_FAILED,
    DUE_PARKED,
    DUE_PARKED_ROWS,
    PAYMENTS_UNKNOWN,
    PAYMENTS_OLDEST_UNKNOWN,
    REFUNDS_OLDEST_OPEN,
    REFUNDS_REFUSED,
    PAYMENT_ANSWERS,
    COUPONS_ISSUED,
    DROPS_BEGUN,
    MAILS,
    MAIN_KEYS,
)
