from django.apps import AppConfig

from api.callers.ended_sessions import ended_sessions
from salon_contracts.http.chat_frames import CloseCode
from salon_contracts.stores.ended_sessions import EndedSession
from serving.sockets.open_sockets import open_sockets


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        from api.inputs import converters

        converters.register()
        ended_sessions.on_end(_close_sockets)


def _close_sockets(ended: EndedSession) -> None:
    open_sockets.close_session(
        ended.session_id, account_id=ended.account_id, code=CloseCode.NOT_SIGNED_IN, reason="session ended"
    )
