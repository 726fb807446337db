"""Is a port free, and if not, who has it?"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.run.probes import HOST

LISTENING = "0A"


def insist_on_free(wanted: Iterable[tuple[str, int]], *, do: str) -> None:
    busy = [(name, port) for name, port in wanted if not is_free(port)]
    if busy:
        why = "\n".join(f"port {port} ({name}) is used by {holder(port) or 'another program'}" for name, port in busy)
        raise CannotGoOn(what="a port is busy", why=why, do=do)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a connection that is only dying out does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CannotGoOn(what=f"port {port}", why=str(error), do="choose one above 1023 as SALON_PORT") from error
        except OSError:
            return False
        return True


def holder(port: int) -> str | None:
    """The command and process id, as far as /proc lets us see."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        # Another user's process, and one that ends while we look, does not tell.
        with suppress(OSError):
            if sockets.intersection(_open_files(process)):
                command = (process / "cmdline").read_text().replace("\0", " ").strip()
                return f"process {process.name}: {command[:100]}"
    return None


def _open_files(process: Path) -> set[str]:
    files = set()
    for link in (process / "fd").iterdir():
        with suppress(FileNotFoundError):
            files.add(str(link.readlink()))
    return files


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in table.read_text().splitlines()[1:] if table.exists() else []:
            fields = row.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(fields[9])
    return inodes
