"""Which errors of the driver say that the server is away, changes its role or stops, and not that we asked wrongly."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError

_AWAY = frozenset(
    {
        *(2002, 2003, 2005, 2006, 2013, 2055),  # the client cannot reach it, or lost it
        *(1040, 1053, 1077, 1079, 1129, 1152, 1158, 1159, 1160, 1161),  # it is full, stops, or lost us
        *(1290, 1836),  # it takes no writes: it is no primary any more
        *(3092, 3093, 3100, 3101, 3796, 3797),  # its group does not let the transaction through
    }
)


def is_outage(error: DatabaseError | InterfaceError) -> bool:
    """An InterfaceError is a connection that was closed under us."""
    if isinstance(error, InterfaceError):
        return True
    return isinstance(error, OperationalError) and bool(error.args) and error.args[0] in _AWAY
