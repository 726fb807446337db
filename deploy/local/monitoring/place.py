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
    "collector-metrics": 932,
    "victoria-logs": 933,
    "jaeger": 934,
    "jaeger-spans": 935,
    "jaeger-health": 936,
    "jaeger-grpc": 937,
    "jaeger-metrics": 938,
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
# Of what takes logs and spans, where each says how that goes.
_METRICS = {"collector": "collector-metrics", "jaeger": "jaeger-metrics"}


@dataclass(frozen=True)
class Place:
    """`pipeline` are the programs for logs and spans that are started beside the others, by their names."""

    watched: Profile
    rules: Path = RULES
    pipeline: tuple[str, ...] = ()

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
        own = (*OWN, *self.pipeline)
        return Where(str(self.rules), str(self.targets), lambda name: f"{HOST}:{self._asked_at(name)}", own)

    def _asked_at(self, name: str) -> int:
        return self.port(_METRICS.get(name, name))

    @property
    def status_page(self) -> Path:
        return self.profile.state / "status.html"

    @property
    def targets(self) -> Path:
        return self.profile.state / "targets"
