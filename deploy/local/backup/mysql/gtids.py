"""Sets of transactions by name, as MySQL writes them: `source:1-5:7,other:1-3`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class GtidSet:
    # By source; spans include both ends, are in order, and do not touch.
    spans: Mapping[str, tuple[Span, ...]]

    @classmethod
    def parse(cls, text: str) -> GtidSet:
        """Raises ValueError."""
        found: dict[str, list[Span]] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            source, tag = part.split(":")[0], ""
            for word in part.split(":")[1:]:
                if word[0].isdigit():
                    first, _, last = word.partition("-")
                    found.setdefault(source + tag, []).append((int(first), int(last or first)))
                else:
                    tag = f":{word}"
        return cls({source: _joined(spans) for source, spans in found.items()})

    @classmethod
    def of(cls, names: Iterable[tuple[str, int]]) -> GtidSet:
        found: dict[str, list[Span]] = {}
        for source, number in names:
            found.setdefault(source, []).append((number, number))
        return cls({source: _joined(spans) for source, spans in found.items()})

    def __or__(self, other: GtidSet) -> GtidSet:
        sources = {*self.spans, *other.spans}
        return GtidSet(
            {source: _joined([*self.spans.get(source, ()), *other.spans.get(source, ())]) for source in sources}
        )

    def holds(self, other: GtidSet) -> bool:
        return all(self.has(source, span) for source, spans in other.spans.items() for span in spans)

    def has(self, source: str, span: Span) -> bool:
        return any(first <= span[0] and span[1] <= last for first, last in self.spans.get(source, ()))

    def __len__(self) -> int:
        return sum(last - first + 1 for spans in self.spans.values() for first, last in spans)

    def __str__(self) -> str:
        return ",".join(
            f"{source}:" + ":".join(f"{first}-{last}" if last > first else str(first) for first, last in spans)
            for source, spans in sorted(self.spans.items())
        )


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)
