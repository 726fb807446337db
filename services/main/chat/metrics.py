"""What chat can be watched by."""

from __future__ import annotations

from salon_contracts.metrics import main as listed
from salon_kit.metrics.instruments import counter, counters, gauge, histogram

sockets = gauge(listed.CHAT_SOCKETS)
fanned_out = counter(listed.CHAT_FANNED_OUT)
copies = counter(listed.CHAT_COPIES)
delivered = counter(listed.CHAT_DELIVERED)
acknowledge_seconds = histogram(listed.CHAT_ACKNOWLEDGE_SECONDS)
delay_seconds = histogram(listed.CHAT_DELAY_SECONDS)
unconfirmed = counter(listed.CHAT_UNCONFIRMED)
refused = counters(listed.CHAT_REFUSALS)
subscribed = counters(listed.CHAT_SUBSCRIPTIONS)
ring_misses = counter(listed.CHAT_RING_MISSES)
records_passed = counters(listed.CHAT_RECORDS_PASSED)
