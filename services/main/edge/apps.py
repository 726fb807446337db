from django.apps import AppConfig

from edge.ended_sessions import ended_sessions
from edge.open_sockets import SESSION_ENDED, open_sockets
from salon_contracts.ended_sessions import EndedSession


class EdgeConfig(AppConfig):
    name = "edge"

    def ready(self) -> None:
        from edge import converters, openapi  # noqa: F401  # the second registers itself

        converters.register()
        ended_sessions.on_end(_close_sockets)


def _close_sockets(ended: EndedSession) -> None:
    open_sockets.close_session(
        ended.session_id, account_id=ended.account_id, code=SESSION_ENDED, reason="session ended"
    )
