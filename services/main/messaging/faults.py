"""Is an error of the database about what was to be written, or about the database?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connections

from salon_kit.kafka.consumer_loop import NotNow

# Errors of MySQL and MariaDB about the data that the driver gives as OperationalError: a packet too large, a value that
# is no date, no text of the column's character set, no JSON, or out of a function's range.
_ABOUT_THE_DATA = frozenset({1153, 1292, 1366, 1411, 1441, 1690, 3140, 3141, 3143, 3144, 3157, 3854, 4025})


@contextmanager
def postponed_without_database() -> Iterator[None]:
    """Raises NotNow for whatever may pass: what the database says about the data itself goes on as it is."""
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except (DatabaseError, InterfaceError) as error:
        if error.args and error.args[0] in _ABOUT_THE_DATA:
            raise
        connections.close_all()
        raise NotNow(str(error)) from error
