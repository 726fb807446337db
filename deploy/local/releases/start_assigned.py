"""Starts a process from the release it is assigned to: `python -I start_assigned.py LINK NAME HOST PORT COMMAND...`.

How it is started is what that release's own table of processes says. Without LINK it is COMMAND, of the checkout.
"""

import os
import sys

if __name__ == "__main__":
    link, name, host, port, *command = sys.argv[1:]
    if os.path.islink(link):
        root = os.path.realpath(link)
        sys.path.insert(0, root)
        from deploy.processes import named

        process = named(name)
        words = process.arguments(host=host, port=int(port))
        command = [os.path.join(root, ".local", "venv", "bin", "python"), *words]
        os.environ.update(process.own_environment(host=host, port=int(port)))
        # A release never changes; what can be compiled was, when it was built.
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        os.chdir(os.path.join(root, "services", process.service))
    os.execvp(command[0], command)  # noqa: S606  # no shell is wanted
