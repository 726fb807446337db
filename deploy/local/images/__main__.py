"""`python -m deploy.local.images`, which `make images` calls: builds the images of a commit and shows their sizes."""

from __future__ import annotations

import argparse
import subprocess
import sys

from deploy.local.commands import interrupt_on_signals
from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.images import installing
from deploy.local.images.bases import DEBIAN, OFFICIAL, Bases
from deploy.local.images.building import Built, build
from deploy.local.images.daemon import dockerd
from deploy.local.places import ROOT, shown
from deploy.local.releases.commits import commit_of

HEAD = "HEAD"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.images", description=__doc__)
    parser.add_argument("--version", default=HEAD, help="a tag or a commit")
    parser.add_argument("--base", default="", choices=["", OFFICIAL, DEBIAN], help="what they are built on")
    arguments = parser.parse_args()
    interrupt_on_signals()
    try:
        return _build(arguments.version, arguments.base)
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _build(version: str, base: str) -> int:
    commit = commit_of(ROOT, _tag_of_head() if version == HEAD else version)
    with Console() as console:
        installing.install(console)
        console.say(f"images of {commit.version}, commit {commit.id[:12]} ({commit.subject})")
        if version == HEAD and _git("status", "--porcelain"):
            console.say("what is not committed in this checkout is in none of them")
        with dockerd() as docker:
            built = build(docker, commit, Bases(docker, base), console)
    show(built)
    return 0


def show(built: list[Built]) -> None:
    print(f"\n{'image':38} {'size':>9} {'of it ours':>11}  id, archive, SBOM")
    for one in built:
        print(f"{one.tagged:38} {one.size / 1e6:6.0f} MB {one.own_size / 1e6:8.0f} MB  {one.id[7:19]}", end="  ")
        print(f"{shown(one.archive)}  {shown(one.sbom)}", flush=True)
    if any("salon-base/" in name for one in built for name in one.bases.values()):
        print(
            "built on Debian's packages in place of the official images: to try, and not to give away (docs/images.md)"
        )
    print("docker load -i <archive> hands one to another Docker; make images-test runs them")


def _tag_of_head() -> str:
    """The release that this commit is, where it is one."""
    return _git("describe", "--exact-match", "--tags", "--match", "v[0-9]*") or HEAD


def _git(*words: str) -> str:
    asked = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
