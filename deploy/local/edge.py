"""nginx for one profile, from the same template as in Docker."""

from __future__ import annotations

from deploy.local import processes
from deploy.local.places import ROOT, tool
from deploy.local.probes import HOST, serves
from deploy.local.profiles import WEB, Profile
from deploy.local.program import Program
from deploy.local.web_client import DIST

TEMPLATES = ROOT / "deploy" / "nginx"


def edge(profile: Profile) -> Program:
    state = profile.state / "nginx"
    conf = state / "nginx.conf"

    def prepare() -> None:
        (state / "tmp").mkdir(parents=True, exist_ok=True)
        conf.write_text(main_conf(profile), encoding="utf-8")
        (state / "site.conf").write_text(site_conf(profile), encoding="utf-8")

    return Program(
        name=WEB,
        command=[tool("nginx") or "nginx", "-p", str(state), "-c", str(conf), "-e", "stderr"],
        ports=[profile.web_port],
        ready=serves(f"http://{HOST}:{profile.web_port}/healthz"),
        prepare=prepare,
        # QUIT lets streams end by themselves, which they never do.
        stop_signal="TERM",
    )


def main_conf(profile: Profile) -> str:
    state = profile.state / "nginx"
    values = {"@TMP@": str(state / "tmp"), "@SITE@": str(state / "site.conf"), "@PID@": str(state / "nginx.pid")}
    return _filled("local.conf", values)


def site_conf(profile: Profile) -> str:
    values = {
        "@LISTEN@": f"{HOST}:{profile.web_port}",
        "@MAIN_SERVERS@": _upstream(profile, processes.MAINS),
        "@QUEUE_SERVERS@": _upstream(profile, processes.QUEUES),
        "@DIST@": str(DIST),
    }
    return _filled("site.conf.template", values)


def _upstream(profile: Profile, names: tuple[str, ...]) -> str:
    return "\n    ".join(f"server {HOST}:{profile.port(name)} max_fails=3 fail_timeout=5s;" for name in names)


def _filled(template: str, values: dict[str, str]) -> str:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text
