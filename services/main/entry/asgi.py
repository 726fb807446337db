"""The application that Daphne serves: HTTP to Django on the request threads, WebSockets to chat."""

from __future__ import annotations

import os

import django
from channels.routing import ProtocolTypeRouter, URLRouter  # type: ignore[import-untyped]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# These import models, so they wait for setup.
from accounts.credentials.passwords import AT_ONCE, CHECKED_AT  # noqa: E402
from accounts.social.providers.here import ASKED_AT, ASKING_AT_ONCE  # noqa: E402
from api.documents.api_document import make_once  # noqa: E402
from chat.socket.routing import websocket_urlpatterns  # noqa: E402
from payments.provider.here import ASKED_AT as PAID_AT  # noqa: E402
from payments.provider.here import ASKING_AT_ONCE as PAYING_AT_ONCE  # noqa: E402
from photos.reencoding import contained  # noqa: E402
from serving.probes import WithProbes  # noqa: E402
from serving.request_threads import DjangoOnThreads, Slow  # noqa: E402

# Enough to keep a core busy while others wait for MySQL.
REQUEST_THREADS = 8

# Before the process is ready: whoever asks first would keep its event loop from everybody else for so long.
make_once()


def http() -> WithProbes:
    # One more than are checked at once: it has its password ready when another is done.
    passwords = Slow(CHECKED_AT, AT_ONCE + 1)
    providers = Slow(ASKED_AT, ASKING_AT_ONCE)
    # One more for the same reason: it reads from the store, or writes, while others are decoded.
    photos = Slow(contained.ASKED_AT, contained.AT_ONCE + 1)
    payments = Slow(PAID_AT, PAYING_AT_ONCE)
    return WithProbes(DjangoOnThreads(threads=REQUEST_THREADS, slow=[passwords, providers, photos, payments]))


application = ProtocolTypeRouter(
    {
        "http": http(),
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
