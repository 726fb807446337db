"""Starts versitygw with main's key in no environment: `python -I start_versitygw.py USER KEY_FILE FOLDER COMMAND...`.

Its root key it takes from its environment only, so that is one that nobody else knows and that lives as long as the
process. Main's is that of a user, and stands in the file of users in FOLDER. The user is an administrator: where a
bucket has a policy versitygw holds its own owner to it too, and ours lets strangers read and nobody write.
"""

import json
import os
import secrets
import sys

if __name__ == "__main__":
    user, key_file, folder, *command = sys.argv[1:]
    with open(key_file, encoding="ascii") as file:
        account = {"access": user, "secret": file.read().strip(), "role": "admin", "userID": 0, "groupID": 0}
    os.makedirs(folder, mode=0o700, exist_ok=True)
    users = os.path.join(folder, "users.json")
    with open(os.open(users, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        json.dump({"accessAccounts": {user: account}}, file)
    os.environ.update(ROOT_ACCESS_KEY="root-of-this-process", ROOT_SECRET_KEY=secrets.token_urlsafe(32))
    os.execv(command[0], command)  # noqa: S606  # no shell is wanted
