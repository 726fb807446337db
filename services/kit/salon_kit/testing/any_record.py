"""Any record whatever, as Hypothesis finds it: well-formed with absurd values, half a record, or none at all."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from salon_kit.testing.edges import Schema, values_at_the_edges

MEGABYTE = 1_000_000  # and what is around it still fits into what a broker takes


class Thrown(NamedTuple):
    """A record as a producer gives it to the client library."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()


FOREIGN_VALUES: tuple[bytes | None, ...] = (
    None,
    b"",
    b"\xff\xfe\x00",
    b"\x00",
    b"hello",
    b"null",
    b"0",
    b"[]",
    b"{}",
    b'"text"',
    b"NaN",
    b"[" * 100_000,
    b'{"a":' * 10_000,
    b'{"type": 5}',
    b'{"type": null}',
    b'{"type": "of.tomorrow.v9", "event_id": "x"}',
    b'{"type": "' + b"x" * 10_000 + b'"}',
    b'{"type": "\\ud800"}',
    b"1" * 10_000,
    b"\xef\xbb\xbf{}",
    b"x" * MEGABYTE,
    b'{"type": "' + b"y" * MEGABYTE + b'"}',
)
FOREIGN_KEYS: tuple[bytes | None, ...] = (None, b"", b"\x00", b"\xff\xfe", b"key", b"k" * 10_000)
FOREIGN_HEADERS: tuple[Sequence[tuple[str, bytes | None]], ...] = (
    (),
    (("", b""),),
    (("reason", None),),
    (("reason", b"\xff\xfe"), ("topic", b""), ("offset", b"-1"), ("partition", b"x")),
    (("traceparent", b"00-zz-zz-zz"),),
    tuple((f"h{number}", b"\x00" * 100) for number in range(200)),
    (("large", b"h" * 500_000),),
)


def any_record(samples: Sequence[tuple[Schema, Mapping[str, Any]]]) -> st.SearchStrategy[Thrown]:
    """`samples` are the schemas of what the topic carries, each with a record that is right."""
    value = st.one_of(
        *(_absurd(schema, sample) for schema, sample in samples),
        *(_cut(sample) for _, sample in samples),
        st.sampled_from(FOREIGN_VALUES),
        st.binary(max_size=300),
    )
    return st.builds(Thrown, value, st.sampled_from(FOREIGN_KEYS), st.sampled_from(FOREIGN_HEADERS))


def drawn_records(samples: Sequence[tuple[Schema, Mapping[str, Any]]], *, count: int, seed: int) -> list[Thrown]:
    """The same for tests on real servers, whose samples are new each time: a seed draws the same kinds again."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    return [
        Thrown(_drawn(samples, dice), dice.choice(FOREIGN_KEYS), dice.choice(FOREIGN_HEADERS)) for _ in range(count)
    ]


def _drawn(samples: Sequence[tuple[Schema, Mapping[str, Any]]], dice: random.Random) -> bytes | None:
    schema, sample = dice.choice(samples)
    kind = dice.random()
    if kind < 0.1:
        return dice.choice(FOREIGN_VALUES)
    if kind < 0.15:
        return dice.randbytes(dice.randrange(300))
    whole = dict(sample)
    for name in dice.sample(sorted(schema["properties"]), dice.randrange(4)):
        whole[name] = dice.choice(list(values_at_the_edges(schema["properties"][name], schema.get("$defs", {}))))
    raw = json.dumps(whole).encode()
    return raw[: dice.randrange(len(raw))] if kind < 0.2 else raw


def _absurd(schema: Schema, sample: Mapping[str, Any]) -> st.SearchStrategy[bytes]:
    """Any fields at any of their edges, the others as they should be."""
    edges = {
        name: st.sampled_from(list(values_at_the_edges(field, schema.get("$defs", {}))))
        for name, field in schema["properties"].items()
    }
    changes = st.fixed_dictionaries({}, optional=edges)
    return changes.map(lambda changed: json.dumps({**sample, **changed}).encode())


def _cut(sample: Mapping[str, Any]) -> st.SearchStrategy[bytes]:
    whole = json.dumps(sample).encode()
    return st.integers(0, len(whole) - 1).map(lambda length: whole[:length])
