"""How a server stops listening without losing whoever is just connecting."""

from __future__ import annotations

import socket


def take_rest(listener: socket.socket) -> list[socket.socket]:
    """The connections that the kernel has made and nobody has accepted yet; then `listener` is closed.

    `listener` is the server's socket, which it reads no more, or a duplicate of one that it has closed already: closing
    the last one resets them, with the requests that were sent on them.
    """
    listener.settimeout(0)
    rest: list[socket.socket] = []
    while True:
        try:
            rest.append(listener.accept()[0])
        except ConnectionError:  # this one has given up already
            continue
        except OSError:  # there is no other, or no descriptor left for one
            listener.close()
            return rest
