"""Which release is current, and which page is served, is a link that changes from one moment to the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.releases.release import lead_to


def test_two_who_lead_one_link_at_once_do_not_take_it_from_each_other(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abcd"]
    for folder in folders:
        folder.mkdir()
    link = tmp_path / "current"

    def lead_often(folder: Path) -> None:
        for _ in range(200):
            lead_to(link, folder)

    with ThreadPoolExecutor(len(folders)) as pool:
        list(pool.map(lead_often, folders))

    assert link.resolve() in folders
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c", "current", "d"]
