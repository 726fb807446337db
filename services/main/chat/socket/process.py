"""What chat has once per serving process, made when `serve` starts and ended when it stops."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from chat.history.pages import history
from chat.history.worker_progress import worker_progress
from chat.live.fanout import Fanout
from chat.live.log_end import Live
from chat.live.resume import Resume
from chat.socket.sending import PRODUCER_SETTINGS, Sender
from config.env import env
from salon_kit.kafka.producer import KafkaProducer
from salon_kit.redis.connect import connect_async
from serving.background import OnDeath

THREADS = 4
REDIS_SECONDS = 0.3
REDIS_CONNECTIONS = 64


class Chat(NamedTuple):
    """What a socket needs."""

    live: Live
    sender: Sender
    resume: Resume
    threads: ThreadPoolExecutor


class ChatProcess:
    """Owned by `serve`: the fan-out, the producer, and the threads in which sockets ask databases."""

    def __init__(self, *, on_death: OnDeath) -> None:
        live = Live(epoch=env.chat_epoch)
        worker_progress().reads_along(live.next_offset)
        # Sockets have threads of their own: many that come back at once must not take those of HTTP requests.
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="chat")
        self._producer = KafkaProducer(brokers=env.kafka_brokers, name="main-chat", overrides=PRODUCER_SETTINGS)
        self._fanout = Fanout(brokers=env.kafka_brokers, live=live, on_death=on_death)
        # It never sends a command twice, which could count a message twice; a resend by the client is the retry.
        redis = connect_async(
            env.redis_url,
            answer_seconds=REDIS_SECONDS,
            connect_seconds=REDIS_SECONDS,
            connections_max=REDIS_CONNECTIONS,
        )
        self._sender = sender = Sender(
            live=live,
            history=history(),
            progress=worker_progress(),
            producer=self._producer,
            redis=redis,
            threads=self._threads,
        )
        resume = Resume(live=live, history=history(), progress=worker_progress(), threads=self._threads)
        _of_process[:] = [Chat(live=live, sender=sender, resume=resume, threads=self._threads)]

    def start(self) -> None:
        self._producer.start()
        self._fanout.start()
        loop = asyncio.get_event_loop_policy().get_event_loop()
        self._watching = loop.create_task(self._sender.watch_notes())

    def stop(self) -> None:
        self._fanout.stop()
        self._producer.close(flush_seconds=2)
        self._threads.shutdown(wait=True, cancel_futures=True)


_of_process: list[Chat] = []


def chat() -> Chat:
    return _of_process[0]


def make_chat(*, on_death: OnDeath) -> ChatProcess:
    """The factory that `ChatConfig.owned_by_serve` names."""
    return ChatProcess(on_death=on_death)
