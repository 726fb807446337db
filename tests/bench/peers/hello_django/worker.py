"""The same Django, set up, with a Kafka consumer that polls.

python -m tests.bench.peers.hello_django.worker PORT
"""

from __future__ import annotations

import os
import sys

import django

from tests.bench.peers.idle_consumer import answer_and_consume

if __name__ == "__main__":
    django.setup()
    answer_and_consume(int(sys.argv[1]), os.environ["QUEUE_KAFKA_BROKERS"])
