"""What chat can be watched by."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

sockets = Gauge("main_chat_sockets", "Open sockets of this process")
fanned_out = Counter("main_chat_fanned_out", "Messages read from the log for this process's sockets")
copies = Counter("main_chat_copies", "Records passed over as copies of a message")
delivered = Counter("main_chat_deliveries", "Messages handed to a socket")
acknowledge_seconds = Histogram(
    "main_chat_acknowledge_seconds",
    "From the producer to the broker's report",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2),
)
unconfirmed = Counter("main_chat_unconfirmed", "Messages whose report did not come in time or was an error")
refused = Counter("main_chat_refusals", "Problem frames, by code", ["code"])
subscribed = Counter("main_chat_subscriptions", "Answers to subscribe with a cursor", ["recovered"])
records_passed = Counter("main_chat_records_passed", "Records of the log that are no message, by why", ["reason"])
