"""Which zones the balancer holds ready."""

from __future__ import annotations

import csv
import http.client
import io
from collections.abc import Mapping

from deploy.local.run.probes import HOST, TIMEOUT_SECONDS
from deploy.local.settings.profiles import Profile
from deploy.topology import BALANCER


def roles(profile: Profile) -> Mapping[str, str]:
    rows = read_servers(profile)
    if rows is None:
        return {BALANCER: "does not answer"}
    ready = {zone: _is_up(rows, "ready", zone) for zone in profile.topology.zones}
    alive = {zone: _is_up(rows, "alive", zone) for zone in profile.topology.zones}
    served = [zone for zone in ready if ready[zone]] or [zone for zone in alive if alive[zone]]
    zones = {
        f"nginx-{zone}": "held READY by the balancer"
        if ready[zone]
        else ("up, its zone not ready" + (", asked all the same" if zone in served else "") if alive[zone] else "out")
        for zone in ready
    }
    return {BALANCER: f"gives requests to {' and '.join(served) or 'nobody: 503'}", **zones}


def _is_up(rows: Mapping[tuple[str, str], str], backend: str, zone: str) -> bool:
    return rows.get((backend, zone), "").startswith("UP")


def read_servers(profile: Profile) -> Mapping[tuple[str, str], str] | None:
    """(backend, server) → HAProxy's word for its state; None when it does not answer."""
    connection = http.client.HTTPConnection(HOST, profile.port("balancer-status"), timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/stats;csv")
        text = connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    rows = csv.DictReader(io.StringIO(text.removeprefix("# ")))
    return {(row["pxname"], row["svname"]): row["status"] for row in rows}
