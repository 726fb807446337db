"""Settings for tools that read the models but no server: mypy, makemigrations, the OpenAPI document."""

import os
import secrets
import tempfile

# Nothing is signed or opened under these settings: any readable file will do for most of what is a secret.
_SECRET_KEY = tempfile.NamedTemporaryFile("w", prefix="salon-checking-")  # noqa: SIM115  # as long as this process
_SECRET_KEY.write(secrets.token_urlsafe(48))
_SECRET_KEY.flush()
_STAND_INS = {
    "SALON_ENV": "test",
    "MAIN_DATABASE_URL": "mysql://salon@localhost:3306/salon",
    "MAIN_DATABASE_PASSWORD_FILE": __file__,
    "MAIN_REDIS_URL": "redis://localhost:6379/0",
    "MAIN_KAFKA_BROKERS": "localhost:9092",
    "MAIN_MONGODB_URL": "mongodb://localhost:27017/salon",
    "MAIN_SECRET_KEY_FILE": _SECRET_KEY.name,
    "MAIN_TOKEN_PRIVATE_KEY_FILE": __file__,
    "MAIN_TOKEN_PUBLIC_KEY_FILE": __file__,
    "MAIN_PUBLIC_URL": "http://localhost:8000",
    "MAIN_CHAT_EPOCH": "1",
}
for _name, _value in _STAND_INS.items():
    os.environ.setdefault(_name, _value)

from config.settings import *  # noqa: E402, F403  # after the stand-ins, and all of them
