"""A producer as another client may be one: what our client library cannot send, and cannot read either."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import confluent_kafka

_PRODUCER, _COPY_VALUE = 0, 2
# librdkafka's tags for the arguments of rd_kafka_producev.
_TOPIC, _PARTITION, _VALUE, _KEY, _FLAGS, _HEADERS, _END = 1, 3, 4, 5, 7, 10, 0


def send_with_header(
    *, brokers: str, topic: str, partition: int, value: bytes, name: bytes, header: bytes | None = b"x"
) -> None:
    """A record with a header of any name, also one that is not UTF-8. Returns when the broker has it."""
    library = _library()
    handle = ctypes.c_void_p
    for made in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_headers_new"):
        getattr(library, made).restype = handle
    error_text = ctypes.create_string_buffer(512)
    settings = library.rd_kafka_conf_new()
    library.rd_kafka_conf_set(handle(settings), b"bootstrap.servers", brokers.encode(), error_text, 512)
    producer = handle(library.rd_kafka_new(_PRODUCER, handle(settings), error_text, 512))
    headers = handle(library.rd_kafka_headers_new(ctypes.c_size_t(1)))
    length = ctypes.c_ssize_t(-1 if header is None else len(header))
    library.rd_kafka_header_add(headers, name, ctypes.c_ssize_t(len(name)), header, length)
    to = (_TOPIC, topic.encode(), _PARTITION, partition, _FLAGS, _COPY_VALUE)
    what = (_VALUE, value, ctypes.c_size_t(len(value)), _KEY, b"key", ctypes.c_size_t(3), _HEADERS, headers)
    fault = library.rd_kafka_producev(producer, *to, *what, _END)
    left = library.rd_kafka_flush(producer, 10_000)
    library.rd_kafka_destroy(producer)
    if fault or left:
        raise RuntimeError(f"not sent: {fault}, {left} left")


def _library() -> Any:
    """The librdkafka that confluent_kafka brings with it."""
    folder = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    return ctypes.CDLL(str(next(folder.glob("librdkafka*"))))
