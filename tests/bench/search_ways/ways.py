"""Each way: what it builds, and how it finds the first twenty of the texts that have all words, in the order of ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

PAGE = 20
FEW = 2_000


class Way(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def tables(self) -> Sequence[str]: ...

    def build(self, cursor: Any) -> None: ...

    def find(self, cursor: Any, words: Sequence[str]) -> list[int]: ...


def grams(word: str) -> list[str]:
    return list(dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1)))


class Ngram:
    """MySQL's own parser. MariaDB has none. Phrases, for without them it finds texts that have any of the pairs."""

    name = "FULLTEXT with ngram"
    tables = ("ngram",)

    def build(self, cursor: Any) -> None:
        cursor.execute("CREATE TABLE ngram (id BIGINT PRIMARY KEY, text TEXT COLLATE utf8mb4_bin NOT NULL)")
        cursor.execute("INSERT INTO ngram SELECT id, text FROM salon_text")
        cursor.execute("ALTER TABLE ngram ADD FULLTEXT by_text (text) WITH PARSER ngram")

    def find(self, cursor: Any, words: Sequence[str]) -> list[int]:
        phrases = " ".join(f'+"{word}"' for word in words)
        return _ids(
            cursor,
            "SELECT id FROM ngram WHERE MATCH(text) AGAINST(%s IN BOOLEAN MODE) ORDER BY id LIMIT %s",
            (phrases, PAGE),
        )


class PairColumn:
    """Pairs as words of a column of their own: "z" before each, since words of two letters are not indexed."""

    name = "FULLTEXT over a column of pairs"
    tables = ("pair_column",)

    def build(self, cursor: Any) -> None:
        cursor.execute(
            "CREATE TABLE pair_column (id BIGINT PRIMARY KEY, text TEXT COLLATE utf8mb4_bin NOT NULL,"
            " pairs TEXT COLLATE utf8mb4_bin NOT NULL)"
        )
        _each(
            cursor,
            "INSERT INTO pair_column VALUES (%s, %s, %s)",
            lambda number, text: [(number, text, " ".join(f"z{pair}" for pair in grams(text)))],
        )
        cursor.execute("ALTER TABLE pair_column ADD FULLTEXT by_pairs (pairs)")

    def find(self, cursor: Any, words: Sequence[str]) -> list[int]:
        pairs = " ".join(f"+z{pair}" for word in words for pair in grams(word))
        likes = " AND ".join("text LIKE %s" for _ in words)
        return _ids(
            cursor,
            "SELECT id FROM pair_column WHERE MATCH(pairs) AGAINST(%s IN BOOLEAN MODE)"
            f" AND {likes} ORDER BY id LIMIT %s",
            (pairs, *(f"%{word}%" for word in words), PAGE),
        )


class PairTable:
    """A row for each pair and text, the texts of a pair beside each other; the rarest pair leads (salons/search)."""

    name = "a table of pairs"
    tables = ("pair_table", "pair_text")

    def build(self, cursor: Any) -> None:
        cursor.execute(
            "CREATE TABLE pair_table (pair VARCHAR(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
            " id BIGINT NOT NULL, PRIMARY KEY (pair, id))"
        )
        cursor.execute("CREATE TABLE pair_text (id BIGINT PRIMARY KEY, text TEXT COLLATE utf8mb4_bin NOT NULL)")
        cursor.execute("INSERT INTO pair_text SELECT id, text FROM salon_text")
        _each(
            cursor,
            "INSERT INTO pair_table VALUES (%s, %s)",
            lambda number, text: [(pair, number) for pair in grams(text)],
        )

    def find(self, cursor: Any, words: Sequence[str]) -> list[int]:
        pairs = list(dict.fromkeys(pair for word in words for pair in grams(word)))
        count = "(SELECT COUNT(*) FROM (SELECT 1 FROM pair_table WHERE pair = %s LIMIT {}) c{})"
        cursor.execute("SELECT " + ", ".join(count.format(FEW, at) for at in range(len(pairs))), pairs)
        counted = sorted(zip(cursor.fetchone(), pairs, strict=True))
        if not counted[0][0]:
            return []
        joins = [f"STRAIGHT_JOIN pair_table t{at} ON t{at}.id = t0.id" for at in range(1, len(pairs))]
        wheres = [*(f"t{at}.pair = %s" for at in range(len(pairs))), *("x.text LIKE %s" for _ in words)]
        tables = " ".join(["pair_table t0 FORCE INDEX (PRIMARY)", *joins, "STRAIGHT_JOIN pair_text x ON x.id = t0.id"])
        sql = f"SELECT t0.id FROM {tables} WHERE {' AND '.join(wheres)} ORDER BY t0.id LIMIT %s"
        return _ids(cursor, sql, (*(pair for _, pair in counted), *(f"%{word}%" for word in words), PAGE))


def _ids(cursor: Any, sql: str, params: Sequence[object]) -> list[int]:
    cursor.execute(sql, params)
    return [row[0] for row in cursor.fetchall()]


def _each(cursor: Any, insert: str, rows_of: Any) -> None:
    """Through the client, as an application writes them; sorted within each ten thousand texts."""
    cursor.execute("SELECT COALESCE(MAX(id), 0) FROM salon_text")
    (last,) = cursor.fetchone()
    for first in range(1, last + 1, 10_000):
        cursor.execute("SELECT id, text FROM salon_text WHERE id BETWEEN %s AND %s", (first, first + 9_999))
        rows = [row for number, text in cursor.fetchall() for row in rows_of(number, text)]
        cursor.executemany(insert, sorted(rows))
