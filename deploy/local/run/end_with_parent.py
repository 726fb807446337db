"""Runs a command that is told to end when its parent is gone: `python -I end_with_parent.py LOCK PID COMMAND...`.

Stopping is the supervisor's work. This is for the day when the supervisor, or we, are killed without a chance to do it.
As long as the command or a child of it lives it holds LOCK, so that the next start can wait for it (`previous_run.py`),
and PID, which has its process id (`pids.py`).
"""

import ctypes
import fcntl
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for path, text in ((sys.argv[1], b""), (sys.argv[2], f"{os.getpid()}\n".encode())):
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(held, fcntl.LOCK_SH)
        if text:
            os.ftruncate(held, 0)
            os.write(held, text)
        os.set_inheritable(held, True)  # noqa: FBT003  # it takes no keyword
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606  # no shell is wanted
