"""On a real supervisord, with small programs in place of ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.run import previous_run
from deploy.local.run.probes import accepts
from deploy.local.run.starting import start_all
from deploy.local.run.supervision import Supervision, configuration
from deploy.local.run.supervisor_calls import socket_path
from deploy.local.settings.profiles import Profile
from tests.deploy.small_programs import eventually, listener, python_program


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_everything_that_was_started_is_gone_afterwards(profile: Profile) -> None:
    port = profile.port("redis")

    with Supervision(profile, [python_program(profile, "redis", listener(port))], {}) as supervision:
        supervision.start("redis")
        assert accepts(port)()

    assert not accepts(port)()


def test_a_program_that_dies_is_named_with_its_last_words(profile: Profile) -> None:
    port = profile.port("redis")
    code = f"import socket, sys; s = socket.create_server(('127.0.0.1', {port})); s.accept(); sys.exit('out of memory')"

    with Supervision(profile, [python_program(profile, "redis", code)], {}) as supervision:
        supervision.start("redis")
        assert eventually(lambda: supervision.first_dead() is not None)
        dead = supervision.first_dead()

    assert dead is not None
    assert dead.what == "redis"
    assert "out of memory" in dead.why


def test_a_program_that_ends_before_it_is_ready_is_not_waited_for(profile: Profile) -> None:
    program = python_program(profile, "redis", "raise SystemExit('bad configuration')")

    with Supervision(profile, [program], {}) as supervision, pytest.raises(CannotGoOn) as failed:
        supervision.start("redis")

    assert "bad configuration" in failed.value.why


def test_one_failure_ends_the_wait_for_all_others_and_is_the_one_that_is_told(profile: Profile) -> None:
    never = python_program(profile, "kafka", "import time; time.sleep(1000)", ready_seconds=600)
    broken = python_program(profile, "redis", "raise SystemExit('bad configuration')")

    with (
        Supervision(profile, [never, broken], {}) as supervision,
        Console() as console,
        pytest.raises(CannotGoOn) as failed,
    ):
        start_all(supervision, [never, broken], console)

    assert failed.value.what == "redis"


def test_a_program_starts_after_those_it_needs(profile: Profile) -> None:
    first, second = profile.port("postgresql"), profile.port("mongodb")
    connect = f"socket.create_connection(('127.0.0.1', {first}))"
    programs = [
        python_program(profile, "mongodb", listener(second, first=connect), after=["postgresql"]),
        python_program(profile, "postgresql", listener(first, first="time.sleep(0.5)")),
    ]

    with Supervision(profile, programs, {}) as supervision, Console() as console:
        start_all(supervision, programs[::-1], console)

        assert supervision.first_dead() is None


def test_when_the_runner_is_killed_its_programs_end_too(profile: Profile, tmp_path: Path) -> None:
    port = profile.port("redis")
    runner, script = tmp_path / "runner.py", tmp_path / "redis.py"
    script.write_text(listener(port))
    runner.write_text(
        textwrap.dedent(f"""
            import sys, time
            from pathlib import Path
            from deploy.local.run.probes import accepts
            from deploy.local.settings.profiles import Profile
            from deploy.local.run.program import Program
            from deploy.local.run.supervision import Supervision
            home = Path({str(tmp_path)!r})
            profile = Profile("tried", {profile.web_port}, {profile.base_port}, lite=False, home=home)
            program = Program(name="redis", command=[sys.executable, {str(script)!r}],
                              ports=[{port}], ready=accepts({port}))
            with Supervision(profile, [program], {{}}) as supervision:
                supervision.start("redis")
                time.sleep(1000)
        """)
    )
    process = subprocess.Popen([sys.executable, str(runner)], env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert eventually(accepts(port))

    process.send_signal(signal.SIGKILL)
    process.wait()

    assert eventually(lambda: not accepts(port)())


def test_when_the_supervisor_itself_is_killed_nothing_stays_behind(profile: Profile) -> None:
    port = profile.port("redis")
    with Supervision(profile, [python_program(profile, "redis", listener(port))], {}) as supervision:
        supervision.start("redis")
        supervisord = int((profile.state / "supervisord.pid").read_text())

        os.kill(supervisord, signal.SIGKILL)

        assert eventually(lambda: not accepts(port)())
        assert not _is_alive(supervisord)


def test_a_new_start_waits_for_what_a_killed_run_left_behind(
    profile: Profile, capfd: pytest.CaptureFixture[str]
) -> None:
    slow = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1.5), sys.exit()))"
    port = profile.port("redis")
    supervision = Supervision(profile, [python_program(profile, "redis", listener(port, first=slow))], {})
    with supervision:
        supervision.start("redis")
        os.kill(int((profile.state / "supervisord.pid").read_text()), signal.SIGKILL)
        assert accepts(port)()

    with Console() as console:
        previous_run.wait_until_gone(profile, console)

    assert not accepts(port)()
    assert "waiting for its programs to end" in capfd.readouterr().out


def test_a_start_after_a_clean_end_waits_for_nothing(profile: Profile, capfd: pytest.CaptureFixture[str]) -> None:
    with Supervision(profile, [python_program(profile, "redis", listener(profile.port("redis")))], {}) as supervision:
        supervision.start("redis")

    with Console() as console:
        previous_run.wait_until_gone(profile, console)

    assert "waiting" not in capfd.readouterr().out


def test_programs_that_nobody_needs_are_stopped_at_the_same_time(profile: Profile) -> None:
    slow = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(2), sys.exit()))"
    programs = [
        python_program(profile, name, listener(profile.port(name), first=slow), stops_first=True)
        for name in ("main-1", "main-2", "queue-1", "queue-2")
    ]

    with Supervision(profile, programs, {}) as supervision, Console() as console:
        start_all(supervision, programs, console)
        stopping = time.monotonic()

    assert time.monotonic() - stopping < 2 * len(programs)


def test_a_percent_sign_reaches_the_program_as_it_is(profile: Profile, tmp_path: Path) -> None:
    port, seen = profile.port("redis"), tmp_path / "seen"
    write = f"import os; open({str(seen)!r}, 'w').write(os.environ['GREETING'])"
    program = python_program(profile, "redis", listener(port, first=write), environment={"GREETING": "100% ready"})

    with Supervision(profile, [program], {}) as supervision:
        supervision.start("redis")

    assert seen.read_text() == "100% ready"


def test_a_value_that_would_change_the_configuration_is_refused(profile: Profile) -> None:
    program = python_program(profile, "redis", "", environment={"URL": 'x"\n[program:evil]'})

    with pytest.raises(ValueError, match="cannot stand"):
        configuration(profile, [program], profile.state / "s")


def test_a_deep_checkout_still_gets_a_socket_that_the_kernel_takes(tmp_path: Path) -> None:
    deep = Profile("tried", 1, 1, lite=False, home=tmp_path / ("d" * 120))

    assert len(str(socket_path(deep))) < 108
