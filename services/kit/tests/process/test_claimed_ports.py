"""No two tests of a machine are given one port, at whatever moment each looks."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from salon_kit.testing import ports
from salon_kit.testing.ports import claim_port, claimed_block

# Few, so that two who do not know of each other would choose the same ones.
FEW = (9_300, 9_350)
CLAIM_TWENTY = f"""
import sys
from salon_kit.testing import ports
ports.FIRST, ports.LAST = {FEW}
print(*(ports.claim_port() for _ in range(20)), flush=True)
sys.stdin.read()
"""


def test_processes_that_claim_at_once_are_given_different_ports() -> None:
    command = [sys.executable, "-c", CLAIM_TWENTY]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    given = [process.stdout.readline().split() for process in processes if process.stdout]
    for process in processes:
        process.communicate()

    assert len({port for some in given for port in some}) == 40


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", ""])
def test_a_port_that_is_listened_on_is_given_to_nobody(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with socket.create_server((address, 0)) as server:
        taken = server.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", taken)
        monkeypatch.setattr(ports, "LAST", taken + 1)
        with pytest.raises(RuntimeError, match="is free"):
            claim_port()


def test_a_block_is_nobody_elses_until_it_is_given_back() -> None:
    with claimed_block([1]) as one, claimed_block([1]) as other:
        assert one != other
    with claimed_block([1]) as again:
        assert again == one
