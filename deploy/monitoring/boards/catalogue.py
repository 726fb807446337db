"""All boards, in the order in which `make status` and Grafana show them."""

from __future__ import annotations

from deploy.monitoring.boards.chat import CHAT
from deploy.monitoring.boards.deploys import DEPLOYS
from deploy.monitoring.boards.drop import DROP
from deploy.monitoring.boards.marketplace import MARKETPLACE
from deploy.monitoring.boards.overview import OVERVIEW
from deploy.monitoring.boards.stores import STORES

BOARDS = (OVERVIEW, DEPLOYS, DROP, CHAT, MARKETPLACE, STORES)
