"""What chat has once per serving process, made when `serve` starts and ended when it stops."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat.fanout import Fanout
from chat.history import history
from chat.live import Live
from chat.resume import Resume
from chat.sending import PRODUCER_SETTINGS, Sender
from chat.worker_progress import worker_progress
from config.env import env
from edge.kafka_producer import KafkaProducer
from edge.owned import OnDeath

THREADS = 4


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
        # Sockets have threads of their own: a crowd that comes back must not take the lanes of the HTTP doors.
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="chat")
        self._producer = KafkaProducer(brokers=env.kafka_brokers, on_death=on_death, overrides=PRODUCER_SETTINGS)
        self._fanout = Fanout(brokers=env.kafka_brokers, live=live, on_death=on_death)
        # Retrying by itself could count a message twice; a resend by the client is the retry.
        redis: Redis = Redis.from_url(
            str(env.redis_url), socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 0)
        )
        sender = Sender(live=live, history=history(), producer=self._producer, redis=redis, threads=self._threads)
        resume = Resume(live=live, history=history(), progress=worker_progress(), threads=self._threads)
        _of_process[:] = [Chat(live=live, sender=sender, resume=resume, threads=self._threads)]

    def start(self) -> None:
        self._producer.start()
        self._fanout.start()

    def stop(self) -> None:
        self._fanout.stop()
        self._producer.stop(flush_seconds=2)
        self._threads.shutdown(wait=True, cancel_futures=True)


_of_process: list[Chat] = []


def chat() -> Chat:
    return _of_process[0]


def make_chat(*, on_death: OnDeath) -> ChatProcess:
    """The factory that `ChatConfig.owned_by_serve` names."""
    return ChatProcess(on_death=on_death)
