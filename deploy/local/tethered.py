"""Runs a command that is told to end when its parent is gone: `python -I tethered.py COMMAND...`.

Stopping is the supervisor's work. This is for the day when the supervisor, or we, are killed without a chance to do it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  # no shell is wanted
