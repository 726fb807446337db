"""Which transactions a binary log has, and how many of them belong to a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.backup.mysql import replay
from deploy.local.backup.mysql.gtids import GtidSet
from deploy.local.backup.mysql.transactions import LogFile, Transaction, parse
from deploy.local.failure import CannotGoOn

ONE, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
LISTING = f"""\
# at 4
#261130  2:04:25 server id 1  end_log_pos 127 CRC32 0x1 \tStart: binlog v 4, server v 9.7.4 created 261130
# at 127
#261130  2:04:25 server id 1  end_log_pos 198 CRC32 0x2 \tPrevious-GTIDs
# {ONE}:1-5:7,
# {OTHER}:1
# at 198
#261130  2:04:26 server id 1  end_log_pos 277 CRC32 0x3 \tGTID\tlast_committed=0\tsequence_number=1\trbr_only=no\t\
original_committed_timestamp=1796000000000001\timmediate_commit_timestamp=1796000009000000\ttransaction_length=300
# original_commit_timestamp=1796000000000001
SET @@SESSION.GTID_NEXT= '{ONE}:8'/*!*/;
# at 277
#261130  2:04:26 server id 1  end_log_pos 498 CRC32 0x4 \tQuery\tthread_id=9\texec_time=0\terror_code=0
SET @@SESSION.GTID_NEXT= 'AUTOMATIC' /* added by mysqlbinlog */ /*!*/;
"""
FIRST = datetime.fromtimestamp(1_796_000_000, UTC).replace(microsecond=1)


def file_of(*seconds: int, previous: str = "", path: Path = Path("binlog.000001"), first: int = 1) -> LogFile:
    """One transaction for each, committed so many seconds after the first moment."""
    transactions = [
        Transaction(ONE, first + n, datetime.fromtimestamp(1_796_000_000 + second, UTC), end=(n + 1) * 100)
        for n, second in enumerate(seconds)
    ]
    return LogFile(path, GtidSet.parse(previous), transactions)


def test_what_mysqlbinlog_lists_is_read_to_the_microsecond() -> None:
    found = parse(Path("binlog.000001"), LISTING.splitlines(keepends=True))

    assert str(found.previous) == f"{ONE}:1-5:7,{OTHER}:1"
    # When its first server committed it, and not when a secondary did.
    assert list(found.transactions) == [Transaction(ONE, 8, FIRST, end=498)]


def test_what_was_committed_by_the_moment_is_in_and_what_came_after_is_not() -> None:
    until = file_of(0, 1, 2, 3).until(datetime.fromtimestamp(1_796_000_001, UTC))

    assert str(until.gtids) == f"{ONE}:1-2"


def test_one_that_lies_before_such_a_one_in_the_log_comes_too() -> None:
    until = file_of(0, 5, 1, 9).until(datetime.fromtimestamp(1_796_000_002, UTC))

    assert str(until.gtids) == f"{ONE}:1-3"


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs of following one server: the second begins at the same file again."""
    logs: dict[str, LogFile] = {}
    for run, name, file in (
        ("1", "binlog.000001", file_of(0, 1)),
        ("2", "binlog.000001", file_of(0, 1, 2)),
        ("2", "binlog.000002", file_of(3, 4, previous=f"{ONE}:1-3", first=4)),
    ):
        path = tmp_path / run / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        logs[str(path)] = LogFile(path, file.previous, file.transactions)
    monkeypatch.setattr(replay, "read", lambda path: logs[str(path)])
    return tmp_path


LATER = datetime.fromtimestamp(1_797_000_000, UTC)


def test_logs_that_the_copy_has_are_left_out(followed: Path) -> None:
    files = replay.needed(followed, GtidSet.parse(f"{ONE}:1-3"), LATER)

    assert [str(file.path.relative_to(followed)) for file in files] == ["2/binlog.000002"]


def test_logs_of_two_runs_follow_each_other(followed: Path) -> None:
    files = replay.needed(followed, GtidSet({}), LATER)

    assert [str(file.path.relative_to(followed)) for file in files] == [
        "1/binlog.000001",
        "2/binlog.000001",
        "2/binlog.000002",
    ]


def test_a_log_that_is_missing_in_between_is_noticed(followed: Path) -> None:
    (followed / "2" / "binlog.000001").unlink()

    with pytest.raises(CannotGoOn, match=r"binlog\.000002") as refused:
        replay.needed(followed, GtidSet.parse(f"{ONE}:1-2"), LATER)

    assert "a log before it is missing" in refused.value.why


@pytest.mark.parametrize("text", ["", f"{ONE}:1", f"{ONE}:1-5:7-9,{OTHER}:2", f"{ONE}:blue:1-4"])
def test_sets_of_transactions_are_read_and_written_as_mysql_does(text: str) -> None:
    assert str(GtidSet.parse(text)) == text


def test_sets_hold_each_other_as_mysql_says() -> None:
    whole = GtidSet.parse(f"{ONE}:1-10,{OTHER}:1-3")

    assert whole.holds(GtidSet.parse(f"{ONE}:2-3:9,{OTHER}:3"))
    assert not whole.holds(GtidSet.parse(f"{ONE}:9-11"))
    assert str(whole | GtidSet.parse(f"{ONE}:11-12,{OTHER}:7")) == f"{ONE}:1-12,{OTHER}:1-3:7"
    assert len(whole) == 13
