"""`make logs`: what every process wrote about one trace, or about a service, from VictoriaLogs."""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console as Terminal
from rich.text import Text

from deploy.local.failure import CannotGoOn
from deploy.local.monitoring.place import Place
from deploy.local.monitoring.running import watched_profile
from deploy.local.run.probes import HOST
from salon_kit.tracing import is_trace_id

ANSWER_SECONDS = 30.0
MOST = 1_000
LEVELS = ("debug", "info", "warning", "error", "critical")
SERVICE = "service.name"
# What stands in front of a line, and what says nothing to a person.
FILE = "log.file.name"
SHOWN_FIRST = frozenset({"_time", "_msg", "level", SERVICE, FILE, "logger"})
LEFT_OUT = frozenset(
    {"_stream", "_stream_id", "trace_id", "severity_number", "severity_text", "time", "method", "path"}
)
COLOURS = {"warning": "yellow", "error": "bold red", "critical": "bold red"}

Line = Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """Of a time that is written as VictoriaLogs has it, `15m` or `2d`; "" for all."""

    trace: str = ""
    service: str = ""
    level: str = ""
    since: str = ""
    words: str = ""

    def query(self) -> str:
        """In LogsQL. Raises CannotGoOn."""
        parts = [
            f"_time:{_checked('SINCE', self.since, '[0-9]+[smhdw]', '15m, 2h or 3d')}" if self.since else "",
            f'trace_id:="{_trace(self.trace)}"' if self.trace else "",
            f'"{SERVICE}":={json.dumps(self.service)}' if self.service else "",
            f"level:in({','.join(_at_least(self.level))})" if self.level else "",
            json.dumps(self.words, ensure_ascii=False) if self.words else "",
        ]
        return " ".join(part for part in parts if part) or "*"


def logs(profile_name: str, wanted: Wanted, *, most: int = MOST) -> int:
    """The newest of them, in the order in which they were written. The exit code is 1 when there is none."""
    place = Place(watched_profile(profile_name))
    found = sorted(asked(place, wanted.query(), most=most), key=lambda line: line.get("_time", ""))
    terminal = Terminal(soft_wrap=True)
    for line in found:
        terminal.print(_text(line))
    if not found:
        print("no line; what is a few seconds old may still be on its way", file=sys.stderr)
    elif len(found) == most:
        print(f"the newest {most} lines", file=sys.stderr)
    return int(not found)


def asked(place: Place, query: str, *, most: int = MOST) -> Iterator[Line]:
    """In no order. Raises CannotGoOn where VictoriaLogs does not answer."""
    words = urllib.parse.urlencode({"query": f"{query} | sort by (_time) desc limit {most}"})
    address = f"http://{HOST}:{place.port('victoria-logs')}/select/logsql/query"
    try:
        with urllib.request.urlopen(address, data=words.encode(), timeout=ANSWER_SECONDS) as answer:
            for line in answer:
                yield json.loads(line)
    except urllib.error.HTTPError as error:
        raise CannotGoOn(what="make logs", why=error.read().decode(errors="replace"), do="ask otherwise") from error
    except OSError as error:
        why = f"VictoriaLogs does not answer: {error}"
        do = f"make monitoring, in another terminal; the files are in {place.watched.logs}"
        raise CannotGoOn(what="make logs", why=why, do=do) from error


def _text(line: Line) -> Text:
    level = line.get("level", "")
    text = Text(f"{line.get('_time', '')[11:23]} ")
    text.append(f"{line.get(FILE, '?').removesuffix('.log'):22}", "cyan")
    text.append(f"{level:9}", COLOURS.get(level, ""))
    text.append(line.get("_msg", ""), "bold")
    facts = {name: value for name, value in line.items() if _is_a_fact(name) and value != ""}
    text.append("".join(f"  {name}={value}" for name, value in facts.items()), "dim")
    return text


def _is_a_fact(name: str) -> bool:
    return name not in SHOWN_FIRST | LEFT_OUT and not name.startswith("scope.")


def _trace(text: str) -> str:
    found = text.replace("-", "").lower()
    if not is_trace_id(found):
        raise CannotGoOn(
            what=f"TRACE={text}", why="an id of a trace is 32 hexadecimal digits", do="take it from X-Request-ID"
        )
    return found


def _at_least(level: str) -> tuple[str, ...]:
    if level not in LEVELS:
        raise CannotGoOn(what=f"LEVEL={level}", why="there is none", do=f"give one of {', '.join(LEVELS)}")
    return LEVELS[LEVELS.index(level) :]


def _checked(name: str, text: str, pattern: str, such_as: str) -> str:
    if re.fullmatch(pattern, text) is None:
        raise CannotGoOn(what=f"{name}={text}", why="it is no time", do=f"write it as {such_as}")
    return text


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="dev")
    for name in ("trace", "service", "level", "since", "words"):
        parser.add_argument(f"--{name}", default="")
    arguments = vars(parser.parse_args())
    profile = arguments.pop("profile")
    try:
        return logs(profile, Wanted(**arguments))
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
