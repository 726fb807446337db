"""What every service of both Compose files must have. Each rule says what is wrong, or an empty text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.deploy.compose.files import Service

STORES = ("mysql", "redis", "sentinel", "kafka", "mongodb")
SECRETS = "/run/secrets/"
# A name of a variable that says so holds a secret, or where one is.
_NAMES_A_SECRET = re.compile("PASSWORD|SECRET(?!S_CLASS)|_KEY|TOKEN")
_PASSWORD_IN_ADDRESS = re.compile(r"://[^/@\s]*:[^/@\s]+@")
_SECONDS = re.compile(r"(\d+)s")
_BYTES = re.compile(r"\d+[mg]")
# The longest that a server of ours takes by itself to stop, and the longest that a platform waits (docs: Fargate).
SERVER_SECONDS, PLATFORM_SECONDS = 30, 120

Rule = Callable[[str, Service], str]


def is_store(name: str) -> bool:
    return name.rstrip("-0123456789") in STORES


def stays(service: Service) -> bool:
    return service.get("restart") == "unless-stopped"


def nothing_is_written_to_its_image(_name: str, service: Service) -> str:
    return "" if service.get("read_only") is True and "/tmp" in _folders(service) else "not read_only, or without /tmp"  # noqa: S108


def its_folders_in_memory_are_its_users_too(_name: str, service: Service) -> str:
    """A tmpfs is root's. Without a mode it gets that of the image's folder below it, which nobody else may write."""
    closed = [one for one in service.get("tmpfs", []) if _path(one) != "/tmp" and "mode=1777" not in str(one)]  # noqa: S108
    return f"who it runs as cannot write {', '.join(map(str, closed))}" if closed else ""


def it_has_no_rights_of_root(_name: str, service: Service) -> str:
    if service.get("cap_drop") != ["ALL"] or "cap_add" in service or service.get("privileged"):
        return "keeps capabilities"
    return "" if "no-new-privileges:true" in service.get("security_opt", []) else "may get new privileges"


def it_is_started_again_and_reaped(_name: str, service: Service) -> str:
    if service.get("init") is not True:
        return "nobody reaps its children"
    wanted = ("unless-stopped", "on-failure:5")
    return "" if service.get("restart") in wanted else f"restart is {service.get('restart')}"


def it_takes_bounded_memory_logs_and_processes(_name: str, service: Service) -> str:
    if not _BYTES.fullmatch(str(service.get("mem_limit", ""))):
        return "no mem_limit"
    options = service.get("logging", {}).get("options", {})
    return "" if {"max-size", "max-file"} <= options.keys() and service.get("pids_limit") else "unbounded logs or pids"


def it_has_time_to_stop(_name: str, service: Service) -> str:
    found = _SECONDS.fullmatch(str(service.get("stop_grace_period", "")))
    if not found:
        return "no stop_grace_period in seconds"
    seconds = int(found[1])
    serves = "build" in service and stays(service) and "keep_group" not in str(service.get("command"))
    least = 2 * SERVER_SECONDS if serves and service["image"] != "salon/nginx" else 10
    return "" if least <= seconds <= PLATFORM_SECONDS else f"{seconds} s, and not {least} to {PLATFORM_SECONDS}"


def its_health_is_asked(_name: str, service: Service) -> str:
    if not stays(service):
        return ""
    check = service.get("healthcheck", {})
    asked = check.get("test", ["NONE"])[0] in {"CMD", "CMD-SHELL"}
    return "" if asked and {"interval", "timeout", "retries"} <= check.keys() else "no health check"


def a_store_is_in_the_back_network_only(name: str, service: Service) -> str:
    if "network_mode" in service:
        return "" if is_store(service["network_mode"].removeprefix("service:")) else "in a network of the machine"
    networks = set(service.get("networks", []))
    if is_store(name) and (networks != {"back"} or "ports" in service):
        return "a store that is not only in the back network"
    return "" if networks and networks <= {"front", "back"} else f"in {networks or 'the default network'}"


def only_the_way_in_is_published_and_to_this_machine(name: str, service: Service) -> str:
    ports = service.get("ports", [])
    if name in {"nginx", "balancer"} and ports:
        return "" if all(str(port).startswith("127.0.0.1:") for port in ports) else "published to everybody"
    return "published" if ports else ""


def no_secret_is_in_its_environment(_name: str, service: Service) -> str:
    environment: Mapping[str, object] = service.get("environment") or {}
    for key, value in environment.items():
        text = str(value)
        if _PASSWORD_IN_ADDRESS.search(text):
            return f"{key} has a password"
        is_path = text.startswith(SECRETS) and text.removeprefix(SECRETS) in service.get("secrets", [])
        is_mount = key.endswith("_SECRETS_DIR") and any(f":{text}:" in str(one) for one in service.get("volumes", []))
        if _NAMES_A_SECRET.search(key) and not is_path and not is_mount:
            return f"{key} is no file among its secrets"
    return ""


def every_secret_that_it_names_is_given_to_it(_name: str, service: Service) -> str:
    named = set(
        re.findall(rf"{SECRETS}(\w+)", str([service.get(key) for key in ("environment", "command", "healthcheck")]))
    )
    missing = named - set(service.get("secrets", []))
    return f"is not given {', '.join(sorted(missing))}" if missing else ""


def it_is_nobodys_root(_name: str, service: Service) -> str:
    """Images of ours and apache/kafka's and haproxy's name a user of their own."""
    if "build" in service or service["image"].startswith(("apache/kafka:", "haproxy:")):
        return ""
    return "" if re.fullmatch(r"[1-9]\d*:[1-9]\d*", str(service.get("user", ""))) else "starts as root"


def its_image_is_one_version(_name: str, service: Service) -> str:
    if "build" in service:
        return ""
    return "" if re.search(r":v?\d", service["image"]) else f"{service['image']} is any version"


RULES: tuple[Rule, ...] = (
    nothing_is_written_to_its_image,
    its_folders_in_memory_are_its_users_too,
    it_has_no_rights_of_root,
    it_is_started_again_and_reaped,
    it_takes_bounded_memory_logs_and_processes,
    it_has_time_to_stop,
    its_health_is_asked,
    a_store_is_in_the_back_network_only,
    only_the_way_in_is_published_and_to_this_machine,
    no_secret_is_in_its_environment,
    every_secret_that_it_names_is_given_to_it,
    it_is_nobodys_root,
    its_image_is_one_version,
)


def _folders(service: Service) -> list[str]:
    return [_path(folder) for folder in service.get("tmpfs", [])]


def _path(folder: object) -> str:
    return str(folder).partition(":")[0]
