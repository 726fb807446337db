"""The servers that come from one place only: Redis and Kafka, each alone or as a group of three."""

from deploy.local.engines.servers.kafka_brokers import kafka, kafka_group, kafka_properties
from deploy.local.engines.servers.redis_group import redis_group
from deploy.local.engines.servers.redis_server import redis

__all__ = ["kafka", "kafka_group", "kafka_properties", "redis", "redis_group"]
