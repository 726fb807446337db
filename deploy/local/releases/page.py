"""The page of a release, and how it is put where nginx serves it from.

Somebody who has opened the page before a deploy asks for its scripts after it. So the folder that is served has
the assets of every release that is kept beside the page of one: each has a hash of its content in its name.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from deploy.local.install import node
from deploy.local.install.steps import fingerprint, logged
from deploy.local.install.web_client import BUILD, sources
from deploy.local.places import ROOT, STAMPS, WEB
from deploy.local.releases.release import WORKTREE, Release, Shelf, current, lead_to
from deploy.local.settings.profiles import Profile

PACKAGES = "node_modules"
PACKAGE_LOCK = "package-lock.json"
ASSETS = "assets"


def web_of(release: Release) -> Path:
    return release.root / WEB.relative_to(ROOT)


def fingerprint_of(release: Release) -> str:
    """Two releases with the same one have the same page."""
    return fingerprint(sources(web_of(release)))


def make(release: Release, shelf: Shelf, log: Path) -> None:
    """Built from its sources, or linked from a release that has the same ones. Raises CalledProcessError."""
    wanted = fingerprint_of(release)
    like = next((one for one in shelf.with_checkout() if page_made_from(one) == wanted), None)
    if like is not None:
        shutil.copytree(like.page, release.page, copy_function=os.link)
        return
    web, theirs = web_of(release), web_of(shelf.named(WORKTREE))
    if (theirs / PACKAGES).exists() and (theirs / PACKAGE_LOCK).read_bytes() == (web / PACKAGE_LOCK).read_bytes():
        (web / PACKAGES).symlink_to(theirs / PACKAGES)
    else:
        logged(log, node.npm("ci", "--no-audit", "--no-fund"), cwd=web, environment=node.environment())
    logged(log, node.npm("run", "build"), cwd=web, environment=node.environment())
    # Only what was built is served.
    if (web / PACKAGES).is_symlink():
        (web / PACKAGES).unlink()
    else:
        shutil.rmtree(web / PACKAGES)


def page_made_from(release: Release) -> str | None:
    """The fingerprint of what its page was built from, which the checkout's sources may not be any more."""
    if release.version == WORKTREE:
        stamp = STAMPS / BUILD
        return stamp.read_text(encoding="ascii") if stamp.exists() and release.page.exists() else None
    manifest = release.manifest()
    return manifest.page if manifest else None


def served(profile: Profile) -> Path:
    """What nginx serves: a link to the folder that was published last."""
    return profile.state / "page"


def publish(profile: Profile, release: Release, shelf: Shelf) -> None:
    """Assets first, the page that names them last: nobody is sent a page whose scripts are not there."""
    pages = profile.state / "pages"
    folder = pages / f"{release.version}.{os.urandom(4).hex()}"
    shutil.copytree(release.page, folder, copy_function=os.link)
    for other in shelf.with_checkout():
        _add_assets(other.page / ASSETS, folder / ASSETS)
    lead_to(served(profile), folder)
    for old in set(pages.iterdir()) - {folder}:
        shutil.rmtree(old)


def serve_something(profile: Profile, shelf: Shelf) -> None:
    """Before nginx starts: what was served stays, and at first it is the current release's.

    The checkout's page is served from where it is built, since a developer builds it again.
    """
    if (served(profile) / "index.html").exists():
        return
    release = current(profile, shelf)
    if release.version == WORKTREE:
        lead_to(served(profile), release.page)
    else:
        publish(profile, release, shelf)


def _add_assets(theirs: Path, ours: Path) -> None:
    ours.mkdir(exist_ok=True)
    for asset in theirs.glob("*"):
        if not (ours / asset.name).exists():
            os.link(asset, ours / asset.name)
