"""A worker's hello-world: a Kafka consumer that polls, a MongoDB client, and an answer when it is ready.

python -m tests.bench.peers.idle_consumer PORT
"""

from __future__ import annotations

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from confluent_kafka import Consumer
from pymongo import MongoClient


class _Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name is http.server's
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Nobody reads it."""


def answer_and_consume(port: int, brokers: str) -> None:
    """Until it is ended."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"hello-{port}", "enable.auto.commit": False})
    consumer.subscribe(["chat-messages"])
    server = HTTPServer(("127.0.0.1", port), _Ready)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        consumer.poll(1.0)


if __name__ == "__main__":
    mongo: MongoClient[dict[str, object]] = MongoClient(os.environ["CHAT_WORKER_MONGODB_URL"])
    answer_and_consume(int(sys.argv[1]), os.environ["QUEUE_KAFKA_BROKERS"])
