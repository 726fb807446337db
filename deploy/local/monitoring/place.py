"""Where the monitoring of a profile stands: its folder, its ports, and the system that it watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.run.probes import HOST
from deploy.local.settings.profiles import Profile
from deploy.monitoring.scraping.configuration import Where

# Above the first port of the thousand that the watched profile stands in; nothing of a system is there.
OFFSETS: Mapping[str, int] = {
    "prometheus": 901,
    "alertmanager": 902,
    "relay": 903,
    "kafka-watch": 904,
    "node-exporter": 905,
    "blackbox-exporter": 906,
    "redis-exporter": 907,
    "collector": 930,
    "collector-health": 931,
    "victoria-logs": 933,
    "jaeger": 934,
    "jaeger-spans": 935,
    "jaeger-health": 936,
    "jaeger-grpc": 937,
    "nginx-exporter": 910,
    "nginx-exporter-a": 911,
    "nginx-exporter-b": 912,
    "mysqld-exporter": 920,
    "mysqld-exporter-1": 921,
    "mysqld-exporter-2": 922,
    "mysqld-exporter-3": 923,
}
_THOUSAND = 1000
RULES = ROOT / "deploy" / "monitoring" / "prometheus" / "rules.yml"
# Asked like any other target.
OWN = ("prometheus", "alertmanager", "relay", "kafka-watch", "node-exporter")


@dataclass(frozen=True)
class Place:
    watched: Profile
    rules: Path = RULES

    @property
    def profile(self) -> Profile:
        """As a profile of its own, so that it is supervised as every other; it has no parts of a system."""
        name = "monitoring" if self.watched.name in {"dev", "ha"} else f"monitoring-{self.watched.name}"
        return Profile(name, self.port("prometheus"), self.first_port, lite=False, home=self.watched.home)

    @property
    def first_port(self) -> int:
        """dev and ha share a thousand, and one of them runs; so do two profiles of `make faults`."""
        within = 500 if self.watched.name in {"ha", "faults-whole"} else 0
        return self.watched.base_port - within

    def port(self, name: str) -> int:
        if OFFSETS[name] >= _THOUSAND:
            raise ValueError(f"{name} would stand in another profile's ports")
        return self.first_port + OFFSETS[name]

    @property
    def where(self) -> Where:
        return Where(str(self.rules), str(self.targets), lambda name: f"{HOST}:{self.port(name)}", OWN)

    @property
    def status_page(self) -> Path:
        return self.profile.state / "status.html"

    @property
    def targets(self) -> Path:
        return self.profile.state / "targets"
