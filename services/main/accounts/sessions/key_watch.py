"""Owned by `serve`: takes new keys of tokens and of Django while it serves, and tells which are in force."""

from __future__ import annotations

import threading

from django.conf import settings

from api.callers.token_keys import token_keys
from config.env import env
from salon_contracts.metrics.keys import MAIN_KEYS
from salon_kit.key_rings import READS, SIGNS, KeyUse, id_of_secret, secret_keys_in
from salon_kit.logs import get_logger
from salon_kit.metrics.instruments import gauges
from salon_kit.settings.refusal import Fault
from salon_kit.settings.watching import SecretWatch
from serving.background import OnDeath

log = get_logger(__name__)

keys_in_use = gauges(MAIN_KEYS)


class KeyWatch:
    def __init__(self, *, on_death: OnDeath) -> None:
        """Ends the process when it would sign with a key that nobody reads."""
        _insist_on_keys_of_tokens()
        self._on_death = on_death
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="key-watch", daemon=True)
        self._secrets = SecretWatch(env)
        self._secrets.on_change_of(("token_public_key", "token_private_key"), token_keys.take)
        self._secrets.on_change("secret_key", take_django_keys)

    def start(self) -> None:
        _show()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        try:
            self._secrets.look_until(self._stopping, after_change=_show)
        except Exception:
            log.exception("key_watch_died")
            self._on_death("key-watch")


def _insist_on_keys_of_tokens() -> None:
    try:
        token_keys.take(env.token_public_key, env.token_private_key.get_secret_value())
    except ValueError as wrong:
        what = f"the settings token_public_key and token_private_key: {wrong}"
        fault = Fault(what, "nobody could sign in, or stay signed in", "write a pair to their files")
        raise SystemExit(f"main cannot start\n\n{fault}") from None


def take_django_keys(text: str) -> None:
    """Django asks its settings anew each time it signs or reads. Raises ValueError, and then nothing changes."""
    keys = secret_keys_in(text).reading
    # In this order: at no moment is something refused that was signed with a key before or after.
    settings.SECRET_KEY_FALLBACKS = [*keys, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    settings.SECRET_KEY = keys[0]
    settings.SECRET_KEY_FALLBACKS = list(keys[1:])


def _show() -> None:
    uses = [KeyUse("tokens", READS, key_id) for key_id in token_keys.reading.ids]
    uses.append(KeyUse("tokens", SIGNS, token_keys.signing.id))
    django = [id_of_secret(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    uses += [KeyUse("django", READS, key_id) for key_id in django] + [KeyUse("django", SIGNS, django[0])]
    keys_in_use.clear()
    for use in uses:
        keys_in_use.labels(*use).set(1)
