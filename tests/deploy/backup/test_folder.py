"""A backup is whole or not there, the last ones stay, and one that was touched since is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.backup import restoring
from deploy.local.backup.folder import BackupFolder
from deploy.local.backup.manifest import (
    NAME,
    DocumentsPart,
    Manifest,
    MySQLPart,
    TableContent,
    digests,
    insist_on_whole,
)
from deploy.local.backup.mysql.table_contents import differences
from deploy.local.failure import CannotGoOn
from deploy.local.run.system import only_one
from deploy.local.settings.profiles import Profile

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def manifest_at(moment: datetime, folder: Path) -> Manifest:
    return Manifest(
        taken_at=moment,
        seconds=1.0,
        profile="dev",
        chat_epoch=1,
        mysql=MySQLPart("uuid", "9.7", "uuid:1-3", "binlog.000001", 4, {"salons_salon": TableContent(12, "ab")}),
        documents=DocumentsPart("DocumentDB", "7-1", "000000010000000000000003", {"messages": 5}),
        files=digests(folder),
    )


def taken(backups: BackupFolder, moment: datetime) -> None:
    with backups.new(moment) as folder:
        (folder / "mysql").mkdir()
        (folder / "mysql" / "rows").write_text("rows")
        manifest_at(moment, folder).write(folder)


@pytest.fixture
def backups(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups")


def test_what_was_written_is_what_is_read(backups: BackupFolder) -> None:
    taken(backups, NOON)

    [backup] = backups.every()

    assert backup.manifest == manifest_at(NOON, backup.folder)
    insist_on_whole(backup.folder, backup.manifest)


def test_of_a_backup_that_broke_off_nothing_stays(backups: BackupFolder) -> None:
    def break_off() -> None:
        with backups.new(NOON) as folder:
            (folder / "rows").write_text("half of them")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        break_off()

    assert backups.every() == []
    assert [path.name for path in backups.path.iterdir()] == ["lock"]


def test_what_a_killed_backup_left_is_cleared_away_by_the_next(backups: BackupFolder) -> None:
    left = backups.path / "20261129T000000.000000Z.unfinished"
    left.mkdir(parents=True)
    (left / NAME).write_text("{")

    assert backups.every() == []
    taken(backups, NOON)

    assert not left.exists()


def test_two_backups_at_once_are_refused(backups: BackupFolder) -> None:
    with backups.new(NOON), pytest.raises(CannotGoOn, match="make backup"), backups.new(NOON + timedelta(minutes=1)):
        pass


def test_the_last_ones_stay(backups: BackupFolder) -> None:
    for hour in range(4):
        taken(backups, NOON + timedelta(hours=hour))

    gone = backups.prune(keep=2)

    assert [backup.manifest.taken_at.hour for backup in backups.every()] == [14, 15]
    assert len(gone) == 2


def test_the_newest_from_before_the_moment_is_taken(backups: BackupFolder) -> None:
    for hour in range(3):
        taken(backups, NOON + timedelta(hours=hour))

    assert backups.newest_before(NOON + timedelta(hours=1, minutes=59)).manifest.taken_at.hour == 13
    with pytest.raises(CannotGoOn, match="from before"):
        backups.newest_before(NOON - timedelta(seconds=1))


@pytest.mark.parametrize("change", ["altered", "missing", "added"])
def test_a_backup_that_is_not_as_it_was_written_is_refused(backups: BackupFolder, change: str) -> None:
    taken(backups, NOON)
    [backup] = backups.every()
    rows = backup.folder / "mysql" / "rows"
    if change == "altered":
        rows.write_text("rowz")
    elif change == "missing":
        rows.unlink()
    else:
        rows.with_name("more").touch()

    with pytest.raises(CannotGoOn, match="the backup"):
        insist_on_whole(backup.folder, backup.manifest)


def test_a_manifest_of_another_version_is_refused(backups: BackupFolder) -> None:
    taken(backups, NOON)
    [path] = backups.path.glob(f"*/{NAME}")
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))

    with pytest.raises(CannotGoOn, match="the manifest"):
        backups.every()


def test_nothing_is_restored_over_what_is_there(tmp_path: Path) -> None:
    place = restoring.Place(empty=tmp_path, mysql=tmp_path / "mysql", documents=tmp_path / "documents")
    restoring.insist_on_empty(place)
    (tmp_path / "somebody's").touch()

    with pytest.raises(CannotGoOn) as refused:
        restoring.insist_on_empty(place)

    assert "is not empty" in refused.value.why
    assert "mv " in refused.value.do


def test_while_the_system_runs_a_copy_is_restored_beside_it_and_not_in_its_place(tmp_path: Path) -> None:
    profile = Profile("dev", web_port=1, base_port=2, lite=False, home=tmp_path)
    own, beside = restoring.place_of(profile, None), restoring.place_of(profile, tmp_path / "beside")

    with only_one(profile):
        with restoring.undisturbed(profile, beside):
            pass
        with pytest.raises(CannotGoOn, match="profile dev"), restoring.undisturbed(profile, own):
            pass


def test_tables_that_differ_are_named() -> None:
    one = {"a": TableContent(1, "x"), "b": TableContent(2, "y"), "c": TableContent(3, "z")}
    other = {"a": TableContent(1, "x"), "b": TableContent(3, "y"), "c": TableContent(3, "q"), "d": TableContent(0, "")}

    assert differences(one, other) == [
        "b: 2 rows, and 3",
        "c: 3 rows in both, and not the same",
        "d is in one of them only",
    ]
