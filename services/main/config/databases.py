"""MySQL as Django's DATABASES: the primary, and where there is a group also a secondary to read from."""

from __future__ import annotations

from typing import Any

from config.declared import Settings
from serving.mysql.address import parsed

ENGINE = "serving.mysql"
ROUTER = "serving.mysql.reads.ReadRouter"


def databases(env: Settings) -> dict[str, dict[str, Any]]:
    address = parsed(env.database_url)
    primary: dict[str, Any] = {
        "ENGINE": ENGINE,
        "HOST": address.members[0].host,
        "PORT": address.members[0].port,
        "MEMBERS": address.members,
        "MEMBER_ROLE": "primary",
        "NAME": address.database,
        "USER": address.user,
        "PASSWORD": env.database_password.get_secret_value(),
        # Request threads (serving/request_threads.py) bound how many threads, and so connections, a server process has.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "charset": "utf8mb4",
            "connect_timeout": 2,
            "read_timeout": 30,
            "write_timeout": 30,
            # A wait for a lock ends before the reader's patience does, so that nobody waits on behalf of the gone.
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES', innodb_lock_wait_timeout=2",
            "isolation_level": "read committed",
        },
        "TEST": {"NAME": env.test_database, "CHARSET": "utf8mb4"},
    }
    if not address.is_group:
        return {"default": primary}
    secondary = {
        "MEMBER_ROLE": "secondary",
        "MAX_LAG_SECONDS": env.reads_max_lag_seconds,
        "OPTIONS": dict(primary["OPTIONS"]),
        "TEST": {"MIRROR": "default"},
    }
    return {"default": primary, "secondary": {**primary, **secondary}}


def routers(env: Settings) -> list[str]:
    return [ROUTER] if parsed(env.database_url).is_group else []
