"""What the collector and Jaeger read. Written as JSON, which is YAML too.

The collector reads the log files of a system and takes its spans. What it cannot give on it keeps for a while, and then
drops the oldest; whoever sends never waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MEMORY_MIB = 256
# Spans and lines that wait for somebody who is away, in batches.
QUEUE = {"queue_size": 500, "block_on_overflow": False}
RETRY = {"max_interval": "10s", "max_elapsed_time": "5m"}
SPANS_KEPT = "72h"
PLAIN_NAMES = {"without_scope_info": True, "without_type_suffix": True, "without_units": True}


@dataclass(frozen=True)
class Places:
    """Each is host:port. `offsets` is a folder of the collector's own: where it stands in each file."""

    spans: str
    health: str
    metrics: str
    logs_to: str
    spans_to: str
    offsets: str


def collector(places: Places, files: Sequence[str]) -> dict[str, Any]:
    """`files` may have `*` in them."""
    return {
        "extensions": {
            "health_check": {"endpoint": places.health},
            "file_storage": {"directory": places.offsets, "create_directory": True},
        },
        "receivers": {
            "otlp": {"protocols": {"http": {"endpoint": places.spans}}},
            "file_log": {
                "include": list(files),
                "start_at": "beginning",
                "storage": "file_storage",
                "poll_interval": "500ms",
                "operators": _OPERATORS,
            },
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": MEMORY_MIB, "spike_limit_mib": MEMORY_MIB // 4},
            "batch": {"timeout": "500ms", "send_batch_size": 1000, "send_batch_max_size": 2000},
        },
        "exporters": {
            "otlp_http/logs": _sent({"logs_endpoint": f"http://{places.logs_to}/insert/opentelemetry/v1/logs"}),
            "otlp_http/spans": _sent({"endpoint": f"http://{places.spans_to}"}),
        },
        "service": {
            "extensions": ["health_check", "file_storage"],
            "telemetry": _telemetry(places.metrics),
            "pipelines": {
                "logs": _pipeline("file_log", "otlp_http/logs"),
                "traces": _pipeline("otlp", "otlp_http/spans"),
            },
        },
    }


def _telemetry(metrics: str) -> dict[str, Any]:
    """What it says of its own work, as Prometheus asks for it, under the plain names that its manual has."""
    host, _, port = metrics.partition(":")
    exporter = {"host": host, "port": int(port), **PLAIN_NAMES}
    return {"logs": {"level": "warn"}, "metrics": {"readers": [{"pull": {"exporter": {"prometheus": exporter}}}]}}


def _sent(where: dict[str, str]) -> dict[str, Any]:
    return {**where, "retry_on_failure": RETRY, "sending_queue": QUEUE}


def _pipeline(receiver: str, exporter: str) -> dict[str, list[str]]:
    return {"receivers": [receiver], "processors": ["memory_limiter", "batch"], "exporters": [exporter]}


_IS_OURS = 'attributes["event"] != nil'
_IS_OF_A_PROXY = 'attributes["request_id"] != nil'
# Our lines and a proxy's are JSON: their names become fields, and the proxy's id of a request is that of its trace.
_OPERATORS: list[dict[str, Any]] = [
    {"type": "json_parser", "if": 'body startsWith "{"', "on_error": "send_quiet"},
    {
        "type": "time_parser",
        "if": f'{_IS_OURS} and attributes["timestamp"] != nil',
        "parse_from": "attributes.timestamp",
        "layout_type": "gotime",
        "layout": "2006-01-02T15:04:05.999999Z07:00",
        "on_error": "send_quiet",
    },
    {"type": "remove", "if": 'attributes["timestamp"] != nil', "field": "attributes.timestamp"},
    {"type": "move", "if": _IS_OURS, "from": "attributes.event", "to": "body"},
    {
        "type": "move",
        "if": 'attributes["service"] != nil',
        "from": "attributes.service",
        "to": 'resource["service.name"]',
    },
    {
        "type": "time_parser",
        "if": 'attributes["at"] != nil',
        "parse_from": "attributes.at",
        "layout_type": "epoch",
        "layout": "s.ms",
        "on_error": "send_quiet",
    },
    {"type": "remove", "if": 'attributes["at"] != nil', "field": "attributes.at"},
    {
        "type": "add",
        "if": 'attributes["path"] != nil and attributes["method"] != nil',
        "field": "body",
        "value": 'EXPR(attributes["method"] + " " + attributes["path"])',
    },
    {"type": "move", "if": _IS_OF_A_PROXY, "from": "attributes.request_id", "to": "attributes.trace_id"},
    {
        "type": "add",
        "if": 'resource["service.name"] == nil and attributes["path"] != nil',
        "field": 'resource["service.name"]',
        "value": "nginx",
    },
]


def jaeger(*, spans: str, page: str, grpc: str, health: str, metrics: str, data: str) -> dict[str, Any]:
    """Each is host:port; `data` is a folder. What is older than SPANS_KEPT goes."""
    return {
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2"],
            "telemetry": _telemetry(metrics),
            "pipelines": {
                "traces": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["jaeger_storage_exporter"]}
            },
        },
        "extensions": {
            "healthcheckv2": {"use_v2": True, "http": {"endpoint": health}},
            "jaeger_query": {
                "storage": {"traces": "here"},
                "http": {"endpoint": page},
                "grpc": {"endpoint": grpc},
            },
            "jaeger_storage": {
                "backends": {
                    "here": {
                        "badger": {
                            "directories": {"keys": f"{data}/keys", "values": f"{data}/values"},
                            "ephemeral": False,
                            "ttl": {"spans": SPANS_KEPT},
                        }
                    }
                }
            },
        },
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": spans}}}},
        "processors": {"batch": {"timeout": "500ms"}},
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "here"}},
    }
