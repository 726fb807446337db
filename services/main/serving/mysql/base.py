"""The connection that Django opens; named by DATABASES["default"]["ENGINE"]."""

from __future__ import annotations

import select

from django.db.backends.mysql.base import DatabaseWrapper as MySQLDatabaseWrapper


class DatabaseWrapper(MySQLDatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the server has not hung up.

        Django pings, which waits a whole read timeout when the server hangs, before the query may wait for another
        one. An idle connection has nothing to read unless it was closed, so asking the socket is enough: a killed
        server is noticed at once, a hanging one after a single timeout.
        """
        if self.connection is None:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poll.poll(0)
