"""Which refusals of Kafka's are about the row itself, so that it would be refused for ever."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException

from salon_contracts.events.topics import ALL

_OF_THE_ROW = {
    KafkaError.MSG_SIZE_TOO_LARGE,
    KafkaError.RECORD_LIST_TOO_LARGE,
    KafkaError.INVALID_MSG,
    KafkaError.INVALID_MSG_SIZE,
    KafkaError.INVALID_RECORD,
    KafkaError.TOPIC_EXCEPTION,
    KafkaError._BAD_MSG,  # noqa: SLF001  # the public names of librdkafka's own errors
    KafkaError._INVALID_ARG,  # noqa: SLF001
}
_NO_SUCH_TOPIC = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC}  # noqa: SLF001
# Given to those that were under way beside the one that failed.
_OF_OTHERS = {
    KafkaError._FATAL,  # noqa: SLF001
    KafkaError._GAPLESS_GUARANTEE,  # noqa: SLF001
    KafkaError._PURGE_QUEUE,  # noqa: SLF001
    KafkaError._PURGE_INFLIGHT,  # noqa: SLF001
}
_TOPICS = {topic.name for topic in ALL}


def is_for_good(error: KafkaError, *, topic: str) -> bool:
    """A topic of ours that is missing will be made; another never (topics are made from the contracts' list)."""
    return error.code() in _OF_THE_ROW or (error.code() in _NO_SUCH_TOPIC and topic not in _TOPICS)


def is_of_others(error: KafkaError) -> bool:
    return error.code() in _OF_OTHERS


def reason_never_to_send(error: Exception, *, topic: str) -> str | None:
    """What to note of a row that could not even be handed over; None where it is only not its time."""
    if isinstance(error, KafkaException):
        cause = error.args[0]
        if isinstance(cause, KafkaError) and is_for_good(cause, topic=topic):
            return cause.name()
        return None
    # Nothing can be made of it: not of this topic's name, not of this key.
    return f"{type(error).__name__}: {error}"[:200] if isinstance(error, ValueError | TypeError) else None
