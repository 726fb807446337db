"""Which statements of a migration MySQL carries out while a table is read and written.

From the tables "Online DDL Operations" of MySQL's manual; `test_online_ddl.py` asks a real server about every rule.
A new table is nobody's yet, so whatever is done to it in the migration that makes it is fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_TEXT = re.compile(r"'(?:[^'\\]|\\.|'')*'")
_NAME = r"`?([\w$]+)`?"
_CREATE_TABLE = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?{_NAME}", re.IGNORECASE)
_ALTER_TABLE = re.compile(rf"ALTER TABLE {_NAME}\s+(.*)", re.IGNORECASE | re.DOTALL)
_CREATE_INDEX = re.compile(rf"CREATE (\w+ )?INDEX {_NAME} ON {_NAME}", re.IGNORECASE)
_CHANGE_ROWS = re.compile(rf"(?:UPDATE|DELETE FROM|REPLACE INTO) {_NAME}", re.IGNORECASE)
_UNCHECKED = re.compile(r"SET (?:SESSION )?foreign_key_checks\s*=\s*(?:0|OFF)", re.IGNORECASE)
# Asked like this MySQL refuses rather than copies or locks.
_INSISTS = re.compile(r"ALGORITHM\s*=\s*INSTANT|ALGORITHM\s*=\s*INPLACE\s*,?\s*LOCK\s*=\s*NONE", re.IGNORECASE)

INSIST = "RunSQL with `ALGORITHM=INPLACE, LOCK=NONE` lets MySQL refuse it where it would stop writers"
NOT_KNOWN = f"nobody said yet whether this is online (serving/mysql/online_ddl.py); {INSIST}"
SHUTS_OUT = "such an index keeps writers out while it is built"
HOLDS_ROWS = "rows of a table in use are changed by a command, in batches, and not by a migration"
_BLOCKS = tuple(
    (re.compile(pattern, re.IGNORECASE), why)
    for pattern, why in (
        (r"\bFULLTEXT\b|\bSPATIAL\b", SHUTS_OUT),
        (r"\bCHECK\s*\(", "a check copies the table: let the rule hold it, or a trigger, or make it with the table"),
        (r"^(MODIFY|CHANGE)\b", f"a column's new type or NOT NULL mostly copies the table: {INSIST}"),
        (r"^ADD COLUMN\b.*\b(AUTO_INCREMENT|STORED|UNIQUE)\b", "such a column copies the table: add it plain first"),
        (r"\bPRIMARY KEY\b", "the primary key orders the table, which is built anew"),
    )
)
_FOREIGN_KEY = re.compile(r"\b(FOREIGN KEY|REFERENCES)\b", re.IGNORECASE)
_DROP = re.compile(r"^DROP\b", re.IGNORECASE)
_ONLINE = re.compile(
    r"^(ADD COLUMN|ADD (UNIQUE )?(INDEX|KEY)|ADD CONSTRAINT \S+ (UNIQUE|FOREIGN KEY)|RENAME|"
    r"DROP (COLUMN|INDEX|KEY|CONSTRAINT|FOREIGN KEY|CHECK)|ALTER( COLUMN| INDEX)? \S+ (SET|DROP|VISIBLE|INVISIBLE))\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"^(SET|CREATE TRIGGER|DROP TRIGGER|DROP TABLE|INSERT INTO|SELECT|DO)\b", re.IGNORECASE)


def blocking(statements: Iterable[str]) -> list[str]:
    """What would keep readers or writers waiting, in sentences; nothing when all of it is online."""
    found = []
    made: set[str] = set()
    unchecked = False
    for statement in statements:
        text = " ".join(_TEXT.sub("''", statement).split()).rstrip("; ")
        unchecked = bool(_UNCHECKED.match(text)) or (unchecked and not text.upper().startswith("SET FOREIGN_KEY"))
        if table := _CREATE_TABLE.match(text):
            made.add(table[1])
            continue
        found += [f"{text[:120]}: {why}" for why in _why(text, made, foreign_keys_unchecked=unchecked)]
    return found


def _why(text: str, made: set[str], *, foreign_keys_unchecked: bool) -> list[str]:
    if altered := _ALTER_TABLE.match(text):
        if altered[1] in made or _INSISTS.search(text):
            return []
        found = (_why_clause(clause, foreign_keys_unchecked=foreign_keys_unchecked) for clause in clauses(altered[2]))
        return [why for why in found if why]
    if index := _CREATE_INDEX.match(text):
        kind = (index[1] or "").strip().upper()
        return [SHUTS_OUT] if index[3] not in made and kind not in {"", "UNIQUE"} else []
    if rows := _CHANGE_ROWS.match(text):
        return [HOLDS_ROWS] if rows[1] not in made else []
    return [NOT_KNOWN] if text and not _HARMLESS.match(text) else []


def _why_clause(clause: str, *, foreign_keys_unchecked: bool) -> str | None:
    if _DROP.match(clause) and _ONLINE.match(clause):
        return None
    for pattern, why in _BLOCKS:
        if pattern.search(clause):
            return why
    if _FOREIGN_KEY.search(clause) and not foreign_keys_unchecked:
        return "a foreign key copies the table, unless `SET foreign_key_checks = 0` stands before it (RunSQL)"
    return None if _ONLINE.match(clause) else NOT_KNOWN


def clauses(text: str) -> list[str]:
    """What one ALTER TABLE does, split at the commas that are in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
