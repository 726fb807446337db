"""Our processes ask for what keeps the promises, and nobody turns it off to make something pass.

Each rule runs over all product code, so that a new place without the setting is found; and over spoiled copies, which
it must find too.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.architecture.safe_settings import client_code
from tests.architecture.safe_settings.client_code import Sources

Rule = Callable[[Sources], list[str]]
PRODUCT = client_code.product()
OPTIONS = "services/kit/salon_kit/kafka/options.py"
STORE = "services/chat-worker/chat_worker/message_store.py"

RULES: tuple[Rule, ...] = (
    client_code.weakened,
    client_code.lingering,
    client_code.incomplete_clients,
    client_code.passes_over_what_was_written,
    client_code.unchecked_waits,
    client_code.weak_mongodb_writes,
    client_code.unbounded_clients,
)

SPOILED: list[tuple[Rule, str, str, str]] = [
    (client_code.weakened, OPTIONS, '"acks": "all"', '"acks": 1'),
    (client_code.weakened, OPTIONS, '"enable.idempotence": True', '"enable.idempotence": False'),
    (client_code.weakened, OPTIONS, '"enable.auto.commit": False', '"enable.auto.commit": True'),
    (client_code.weakened, OPTIONS, '"isolation.level": "read_committed"', '"isolation.level": "read_uncommitted"'),
    (client_code.weakened, OPTIONS, '"allow.auto.create.topics": False', '"allow.auto.create.topics": True'),
    (client_code.weakened, "services/main/chat/socket/sending.py", '"delivery.timeout.ms"', '"acks": 1, "a"'),
    (client_code.lingering, OPTIONS, '"linger.ms": 0', '"linger.ms": 200'),
    (client_code.incomplete_clients, OPTIONS, '"enable.auto.commit": False,', ""),
    (client_code.incomplete_clients, OPTIONS, '"delivery.timeout.ms": delivery_timeout_ms,', ""),
    (client_code.incomplete_clients, OPTIONS, '"enable.idempotence": True,', ""),
    (client_code.incomplete_clients, "services/kit/salon_kit/kafka/address.py", '"socket.timeout.ms": 5_000,', ""),
    (client_code.weak_mongodb_writes, STORE, 'w="majority"', "w=1"),
    (client_code.weak_mongodb_writes, STORE, "chat_history.EPOCHS, write_concern=majority", "chat_history.EPOCHS"),
    (client_code.weak_mongodb_writes, STORE, "ordered=False", "ordered=True"),
    (client_code.unbounded_clients, STORE, "socketTimeoutMS=12_000", "maxPoolSize=3"),
]
INVENTED: list[tuple[Rule, str]] = [
    (client_code.incomplete_clients, 'consumer = Consumer({"group.id": "new"})'),
    (client_code.incomplete_clients, 'producer = Producer({"bootstrap.servers": brokers})'),
    (client_code.incomplete_clients, 'admin = AdminClient({"bootstrap.servers": brokers})'),
    (client_code.passes_over_what_was_written, 'source = KafkaSource(when_offsets_are_lost="latest")'),
    (client_code.unchecked_waits, 'def keep(redis):\n    redis.execute_command("WAIT", 1, 100)'),
    (client_code.weak_mongodb_writes, "import pymongo\nhistory.messages.insert_one({})"),
    (client_code.unbounded_clients, "import redis\nclient = redis.Redis.from_url(url)"),
    (client_code.unbounded_clients, "client = MongoClient(url)"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_asks_for_what_keeps_the_promises(rule: Rule) -> None:
    assert rule(PRODUCT) == []


@pytest.mark.parametrize(
    ("rule", "path", "safe", "spoiled"), SPOILED, ids=lambda value: getattr(value, "__name__", None)
)
def test_the_rule_finds_the_product_with_the_setting_taken_away(rule: Rule, path: str, safe: str, spoiled: str) -> None:
    assert safe in PRODUCT[path]

    assert rule({**PRODUCT, path: PRODUCT[path].replace(safe, spoiled)})


@pytest.mark.parametrize(("rule", "source"), INVENTED, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_finds_a_new_place_without_the_setting(rule: Rule, source: str) -> None:
    assert rule({**PRODUCT, "services/main/new.py": source})


def test_every_rule_was_seen_to_find_something_and_there_is_something_to_hold_to_it() -> None:
    assert {rule for rule, *_ in SPOILED} | {rule for rule, _ in INVENTED} == set(RULES)
    assert len(list(client_code.clients(PRODUCT, "Producer"))) >= 1
    assert len(list(client_code.clients(PRODUCT, "Consumer"))) >= 3


def test_nobody_uses_the_producer_that_was_measured_to_be_slow() -> None:
    assert [path for path, source in PRODUCT.items() if "AIOProducer(" in source] == []


def test_chat_does_not_go_through_a_channel_layer_that_drops() -> None:
    assert [path for path, source in PRODUCT.items() if "channels_redis" in source] == []
