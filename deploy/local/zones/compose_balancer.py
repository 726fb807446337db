"""HAProxy of docker-compose.ha.yml, from the same template as here: `python -m deploy.local.zones.compose_balancer`.

What it prints is kept as deploy/haproxy/compose.cfg, which the container reads; a test compares the two.
"""

from __future__ import annotations

import sys

from deploy.local.places import ROOT
from deploy.local.zones.balancer import filled
from deploy.topology import HA

KEPT = ROOT / "deploy" / "haproxy" / "compose.cfg"
# A container has 20,000 files (docker-compose.ha.yml), and each connection takes two.
CONNECTIONS = 9_500
_HEAD = "# Printed by deploy/local/zones/compose_balancer.py from haproxy.cfg.template: change it there.\n"
# A container that comes back with another address is found again by its name.
_RESOLVERS = """
resolvers docker
    nameserver dns 127.0.0.11:53
    hold valid 5s
"""


def text() -> str:
    return (
        _HEAD
        + filled(
            SALON_LISTEN=":8080",
            SALON_STATUS_LISTEN=":8404",
            SALON_SOURCE="0.0.0.0",  # noqa: S104  # any of its addresses
            SALON_CONNECTIONS=str(CONNECTIONS),
            # Networks of balancers in front of this one, with spaces between them.
            SALON_BALANCERS='    acl from_balancer src "${SALON_BALANCERS[*]}"',
            SALON_ZONES="\n".join(
                f"    server {zone} nginx-{zone}:8080 check resolvers docker init-addr libc,none" for zone in HA.zones
            ),
        )
        + _RESOLVERS
    )


if __name__ == "__main__":
    sys.stdout.write(text())
