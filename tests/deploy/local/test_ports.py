from __future__ import annotations

import os
import socket

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.settings import ports


def test_a_busy_port_names_its_program_and_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(CannotGoOn) as refused:
            ports.insist_on_free([("redis", port)], do="stop it")

    assert f"port {port} (redis)" in refused.value.why
    assert f"process {os.getpid()}:" in refused.value.why
    assert refused.value.do == "stop it"


def test_a_port_is_free_again_once_its_server_has_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    ports.insist_on_free([("redis", port)], do="stop it")
