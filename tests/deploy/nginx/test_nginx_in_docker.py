"""What the image of nginx is made of: the same templates as locally, filled in from Compose's environment."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.local.places import ROOT
from deploy.local.run.nginx import TEMPLATES

ENVIRONMENT = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["nginx"]["environment"]
DOCKERFILE = (ROOT / "services" / "web" / "Dockerfile").read_text()

FROM_THE_ENTRY_POINT = {
    "SALON_PUBLIC_URL": "https://salon.example",
    "SALON_REAL_IP_FROM": "",
    "SALON_BALANCER_ROWS": "",
}


def _filled(template: str, **values: str) -> str:
    """As the image's start does: words that are in the environment, and no others."""
    text = (TEMPLATES / template).read_text()
    return re.sub(r"\$\{(SALON_\w+)\}", lambda found: values[found[1]], text)


def _made_by_the_image(balancers: str) -> dict[str, str]:
    """What the script of the image's start makes of SALON_BALANCERS."""
    names = ("SALON_REAL_IP_FROM", "SALON_BALANCER_ROWS")
    script = f'. {TEMPLATES}/15-balancers.envsh; printf "%s\\n%s" "$SALON_REAL_IP_FROM" "$SALON_BALANCER_ROWS"'
    printed = subprocess.run(
        ["sh", "-c", script],
        env={"SALON_BALANCERS": balancers, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    ).stdout
    return dict(zip(names, printed.split("\n"), strict=True))


def _environment(**more: str) -> dict[str, str]:
    """Compose's `$$` is a `$`, and its `${NAME:-default}` the default."""
    plain = {name: str(value).replace("$$", "$") for name, value in ENVIRONMENT.items()}
    in_image = dict(re.findall(r"(SALON_\w+)=(\S+)", DOCKERFILE))
    return {**plain, **in_image, **FROM_THE_ENTRY_POINT, **more}


@pytest.mark.parametrize("balancers", ["", "10.0.0.0/8, fd00::/8"])
def test_nginx_can_read_what_the_container_is_given(tmp_path: Path, balancers: str) -> None:
    values = _environment(**_made_by_the_image(balancers), SALON_TEMPLATES=str(TEMPLATES), SALON_DIST=str(tmp_path))
    for name in ("site.conf", "callers.conf"):
        filled = _filled(f"{name}.template", **values)
        # Names of containers are found there only, and by a newer nginx than Debian's.
        here = re.sub(r"server (main-\d:8000|queue-\d:8000|photos:7070) resolve", "server 127.0.0.1:9", filled)
        (tmp_path / name).write_text(here)
    moved = {"/etc/nginx/conf.d": tmp_path, "/etc/nginx/salon": TEMPLATES, "/tmp": tmp_path}  # noqa: S108
    main = (TEMPLATES / "docker.conf").read_text().replace("worker_rlimit_nofile 20000;", "")
    main = re.sub("/etc/nginx/conf.d|/etc/nginx/salon|/tmp", lambda found: str(moved[found[0]]), main)
    (tmp_path / "nginx.conf").write_text(main)

    asked = subprocess.run(
        ["nginx", "-t", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )

    assert asked.returncode == 0, asked.stderr
    assert "instance-$n" in (tmp_path / "site.conf").read_text()


def test_every_word_of_the_templates_is_given_by_compose_or_by_the_image() -> None:
    words = {
        word
        for path in TEMPLATES.glob("*.conf.template")
        if path.name != "local.conf.template"
        for word in re.findall(r"\$\{(SALON_[A-Z_]+)\}", path.read_text())
    }

    assert words == words & _environment().keys()


def test_the_image_has_every_file_that_its_configuration_includes() -> None:
    main = (TEMPLATES / "docker.conf").read_text() + (TEMPLATES / "site.conf.template").read_text()

    for name in re.findall(r"include (?:/etc/nginx/salon|\$\{SALON_TEMPLATES\})/([\w.]+);", main):
        assert f"deploy/nginx/{name}" in DOCKERFILE
    for name in re.findall(r"include /etc/nginx/conf.d/([\w.]+);", main):
        assert f"deploy/nginx/{name}.template" in DOCKERFILE
    assert (TEMPLATES / "15-balancers.envsh").stat().st_mode & 0o111
    assert "15-balancers.envsh /docker-entrypoint.d/" in DOCKERFILE
