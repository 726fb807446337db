"""A system of small programs in the place of ours, as releases of a small repository, on a real supervisord.

Each obeys the table of processes: it is called as main, queue and the workers are, listens where they listen, and
leaves on SIGTERM as they do. What is deployed, and how, is the product's own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.releases.building import digest_of, file_digest, migrations_in
from deploy.local.releases.commits import commit_of, export
from deploy.local.releases.release import Manifest, Shelf
from deploy.local.run import processes
from deploy.local.run.supervision import Supervision
from deploy.local.run.system import only_one
from deploy.local.settings import environment
from deploy.local.settings.profiles import Profile, note_ports

SERVICE = """
import http.server, json, os, signal, sys, threading, time
from pathlib import Path

MARK = {mark!r}
{at_start}
# Both are there when the tests run beside a system.
named = "QUEUE_PORT" if "coupon_queue" in __file__ else "CHAT_WORKER_METRICS_PORT"
port = next(int(word) for word in [*sys.argv[1:], os.environ.get(named, "")] if word.isdigit())

class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        {before_answer}
        body = json.dumps({{"mark": MARK, "items": []}}).encode()
        status = 503 if self.path == "/readyz" and leaving.is_set() else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass

leaving = threading.Event()
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answers)

def leave(number, frame):
    leaving.set()
    threading.Thread(target=lambda: (time.sleep(0.2), server.shutdown())).start()

signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGINT, leave)
server.serve_forever()
"""
MANAGE = """
import sys

if sys.argv[1] in {"showmigrations", "migrate", "lintmigrations"}:
    sys.exit(0)
exec(open("service.py").read())
"""


@dataclass(frozen=True)
class Bad:
    """How a release differs from a good one: lines of Python at the start, and before each answer."""

    at_start: str = ""
    before_answer: str = "pass"


class SmallReleases:
    """A repository of them, and the shelf on which those stand that were built."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "repository"
        self.shelf = Shelf(folder / "releases", checkout=folder / "checkout")
        self.repository.mkdir()
        self._git("init", "-q")
        self._fill(folder / "checkout", "worktree", Bad())
        self._environment(folder / "checkout")

    def add(self, version: str, bad: Bad | None = None, *, without: str = "") -> None:
        """A commit with this tag, built by hand: an environment and a page of such a small thing are links.

        `without` is a process that its table does not have yet.
        """
        self._fill(self.repository, version, bad or Bad())
        if without:
            table = self.repository / "deploy" / "processes.py"
            lines = table.read_text().splitlines(keepends=True)
            table.write_text("".join(line for line in lines if f'_worker("{without}"' not in line))
        self._git("add", "--all")
        self._git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", f"what {version} is")
        self._git("tag", version)
        commit = commit_of(self.repository, version)
        release = self.shelf.place_of(version)
        self.shelf.folder.mkdir(exist_ok=True)
        export(self.repository, commit, release.root)
        digest = digest_of(release.root)
        self._environment(release.root)
        release.write_manifest(
            Manifest(
                version=version,
                commit=commit.id,
                subject=commit.subject,
                built_by="a test",
                built_at="2026-11-30T00:00:00+00:00",
                digest=digest,
                lock=file_digest(release.root / "release_note"),
                page="",
                migrations=migrations_in(release.root),
            )
        )

    def _fill(self, root: Path, mark: str, bad: Bad) -> None:
        for service in ("main", "queue/coupon_queue", "chat-worker/chat_worker"):
            (root / "services" / service).mkdir(parents=True, exist_ok=True)
        text = SERVICE.format(mark=mark, at_start=bad.at_start, before_answer=bad.before_answer)
        main, page = root / "services" / "main", root / "services" / "web" / "dist"
        (main / "service.py").write_text(text)
        (main / "manage.py").write_text(MANAGE)
        (root / "services/queue/coupon_queue/__main__.py").write_text(text)
        (root / "services/chat-worker/chat_worker/__main__.py").write_text(text)
        (root / "deploy").mkdir(exist_ok=True)
        for name in ("__init__.py", "processes.py"):
            shutil.copy(ROOT / "deploy" / name, root / "deploy" / name)
        page.mkdir(parents=True, exist_ok=True)
        (page / "index.html").write_text(mark)
        (root / "release_note").write_text(mark)

    def _environment(self, root: Path) -> None:
        (root / ".local" / "venv" / "bin").mkdir(parents=True)
        (root / ".local" / "venv" / "bin" / "python").symlink_to(sys.executable)

    def _git(self, *words: str) -> None:
        subprocess.run(["git", "-C", str(self.repository), *words], check=True)


@contextmanager
def running(profile: Profile, releases: SmallReleases, *, without: str = "") -> Iterator[Supervision]:
    """As `make run` has it, without the servers behind and nginx before, and without what it did not know yet."""
    programs, spares = (
        [
            replace(program, cwd=releases.shelf.named("worktree").root / "services" / program.cwd.name)
            for program in some
            if program.name != without
        ]
        for some in (processes.all_of(profile), processes.spares_of(profile))
    )
    profile.state.mkdir(parents=True, exist_ok=True)
    with only_one(profile):
        note_ports(profile)
        environment.write_env_file(profile, {"MAIN_PUBLIC_URL": "http://localhost"})
        with Supervision(profile, [*programs, *spares], {}) as supervision:
            for program in programs:
                supervision.start(program.name)
            yield supervision
