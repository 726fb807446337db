"""What spans cost a join: S3's load without them, with the usual share of them, and with one for each.

    python -m tests.bench.rows.joins_with_spans --rounds 3 --join-seconds 6

In turns, in one run. What counts is joins for each second of processor time, which hardly knows of neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from statistics import median

from salon_kit.testing.otlp_receiver import otlp_receiver
from salon_kit.testing.ports import claim_port
from tests.bench.backing import redis_and_kafka
from tests.bench.options import SERVER_CORE, Options, read
from tests.bench.queue_processes import queue
from tests.bench.rows.joins import Load, ours_once


def variants(receiver: str) -> Mapping[str, Mapping[str, str]]:
    def to(endpoint: str, share: str) -> dict[str, str]:
        return {"SALON_TRACES_ENDPOINT": endpoint, "SALON_TRACES_SHARE": share}

    return {
        "off": {},
        "a share of 0.05": to(receiver, "0.05"),
        "nobody receives": to(f"http://127.0.0.1:{claim_port()}/v1/traces", "0.05"),
        "every join": to(receiver, "1"),
    }


def measure(options: Options) -> Mapping[str, list[Load]]:
    with redis_and_kafka(), otlp_receiver() as receiver:
        loads: dict[str, list[Load]] = {}
        for number in range(options.rounds):
            for name, spans in variants(receiver.endpoint).items():
                loads.setdefault(name, []).append(
                    ours_once(number, options, started=partial(queue, core=SERVER_CORE, spans=spans))
                )
                print(f"  round {number + 1}, {name}: {loads[name][-1]}", flush=True)
        return loads


def main() -> None:
    loads = measure(read())
    off = median(load.per_processor_second for load in loads["off"])
    for name, measured in loads.items():
        per_second = median(load.per_processor_second for load in measured)
        wall = median(load.per_second for load in measured)
        print(f"{name:16} {per_second:7.0f} for each processor second ({per_second / off:.2f}), {wall:7.0f} a second")


if __name__ == "__main__":
    main()
