"""Starts a process from the release it is assigned to: `python -I start_assigned.py LINK NAME HOST PORT COMMAND...`.

How it is started is what that release's own table of processes says. Without LINK it is COMMAND, of the checkout.
A release from before there was such a process has nothing to start: something stands in for it (stand_in.py).
"""

import os
import sys

if __name__ == "__main__":
    link, name, host, port, *command = sys.argv[1:]
    if os.path.islink(link):
        root = os.path.realpath(link)
        sys.path.insert(0, root)
        from deploy.processes import named

        python = os.path.join(root, ".local", "venv", "bin", "python")
        # A release never changes; what can be compiled was, when it was built.
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        try:
            process = named(name)
        except KeyError:
            stand_in = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stand_in.py")
            command = [python, "-I", stand_in, name, host, port]
            # By its folder a process is known as one of its release.
            os.chdir(root)
        else:
            command = [python, *process.arguments(host=host, port=int(port))]
            os.environ.update(process.own_environment(host=host, port=int(port)))
            os.chdir(os.path.join(root, "services", process.service))
    os.execvp(command[0], command)  # noqa: S606  # no shell is wanted
