"""`make pin-images`: asks for the digest of each image that is not built here, and names it wherever that image stands.

A digest says which bytes were meant: a tag may be another image tomorrow. Whoever can reach a registry runs this, looks
at the difference and commits it. What cannot be asked stays as it was.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.images.bases import LOCK
from deploy.local.places import ROOT, tool

NOT_KNOWN = "-"
ANSWER_SECONDS = 60.0
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COLUMN = 47
DO = "run it where a registry can be reached"

Ask = Callable[[str], str]
"""The digest of an image with its tag. Raises CannotGoOn."""


def main() -> int:
    try:
        failures = pin(naming(ROOT), LOCK, asker())
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    for refused in failures.values():
        print(refused, file=sys.stderr)
    print(f"{len(failures)} could not be asked; read the difference, then make test ONLY=deploy")
    return int(bool(failures))


def naming(root: Path) -> list[Path]:
    """The files in which images are named that are pulled."""
    return [*sorted(root.glob("docker-compose*.yml")), *sorted((root / "services").glob("*/Dockerfile"))]


def asker() -> Ask:
    """By whichever program there is: neither needs a Docker that runs. Raises CannotGoOn."""
    if tool("skopeo"):
        return by_skopeo
    if tool("docker"):
        return by_buildx
    raise CannotGoOn(what="make pin-images", why="there is neither skopeo nor docker", do="apt-get install skopeo")


def by_skopeo(image: str) -> str:
    words = ["skopeo", "inspect", "--no-tags", "--format", "{{.Digest}}", f"docker://{image}"]
    return _checked(image, _printed(image, words).strip())


def by_buildx(image: str) -> str:
    words = ["docker", "buildx", "imagetools", "inspect", "--format", "{{json .Manifest}}", image]
    printed = _printed(image, words)
    try:
        return _checked(image, str(json.loads(printed)["digest"]))
    except (ValueError, KeyError, TypeError) as error:
        raise CannotGoOn(what=image, why=f"no manifest in {printed[:200]!r}", do=DO) from error


def pin(files: Sequence[Path], lock: Path, ask: Ask) -> dict[str, CannotGoOn]:
    """By image, why its digest could not be had. All others are written, each file at most once."""
    digests: dict[str, str] = {}
    failures: dict[str, CannotGoOn] = {}
    for image in images_of(lock.read_text(encoding="utf-8")):
        try:
            digests[image] = ask(image)
        except CannotGoOn as failure:
            failures[image] = failure
    for path in files:
        _rewrite(path, lambda text: named(text, digests))
    _rewrite(lock, lambda text: noted(text, digests))
    return failures


def images_of(lock: str) -> list[str]:
    return [line.split()[0] for line in lock.splitlines() if line.strip() and not line.startswith("#")]


def named(text: str, digests: Mapping[str, str]) -> str:
    """Each image with its digest, whatever stood behind its tag. Of what only ends or begins alike nothing changes."""
    for image, digest in digests.items():
        whole = rf"(?<![\w./-]){re.escape(image)}(?:@sha256:[0-9a-f]{{64}})?(?![\w.@-])"
        text = re.sub(whole, f"{image}@{digest}", text)
    return text


def noted(lock: str, digests: Mapping[str, str]) -> str:
    def line_of(line: str) -> str:
        image = line.partition(" ")[0]
        return f"{image:{_COLUMN}}{digests[image]}" if image in digests else line

    return "".join(f"{line_of(line)}\n" for line in lock.splitlines())


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    if after != before:
        path.write_text(after, encoding="utf-8")


def _printed(image: str, words: Sequence[str]) -> str:
    try:
        ran = subprocess.run(words, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotGoOn(what=image, why=f"no answer within {ANSWER_SECONDS:.0f} s", do=DO) from error
    if ran.returncode:
        raise CannotGoOn(what=image, why=ran.stderr.strip()[-300:] or f"exit code {ran.returncode}", do=DO)
    return ran.stdout


def _checked(image: str, digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise CannotGoOn(what=image, why=f"{digest[:100]!r} is no digest", do=DO)
    return digest


if __name__ == "__main__":
    sys.exit(main())
