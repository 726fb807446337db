"""What chat refuses."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import NotFound, Problem


class MalformedFrame(Problem):
    """Facts: `errors`, when the frame is JSON with fields that do not fit."""

    code = "malformed-frame"
    title = "This frame cannot be understood"
    title_ko = "이해할 수 없는 프레임이에요"


class UnknownFrameType(Problem):
    code = "unknown-type"
    title = "There is no such frame type"
    title_ko = "알 수 없는 프레임 종류예요"


class RoomNotFound(NotFound):
    code = "room-not-found"
    title = "There is no such room for you"
    title_ko = "대화방을 찾을 수 없어요"


class GroomerNotFound(NotFound):
    """The groomer whom a room should be opened with."""

    code = "groomer-not-found"
    title = "There is no such groomer"
    title_ko = "미용사를 찾을 수 없어요"


class MessageTooLong(Problem):
    """Facts: `max_length`."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "message-too-long"
    title = "This message is too long"
    title_ko = "메시지가 너무 길어요"


class ClientMessageIdReused(Problem):
    status = HTTPStatus.CONFLICT
    code = "client-message-id-reused"
    title = "This client_message_id belongs to another message"
    title_ko = "이미 다른 메시지에 사용된 client_message_id예요"


class NotSubscribed(Problem):
    status = HTTPStatus.CONFLICT
    code = "not-subscribed"
    title = "This socket does not listen to that room"
    title_ko = "구독하지 않은 대화방이에요"


class TooManyRooms(Problem):
    """Facts: `max_rooms`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-rooms"
    title = "This socket listens to too many rooms"
    title_ko = "한 연결에서 구독할 수 있는 대화방 수를 넘었어요"


class RoomLimitReached(Problem):
    """Facts: `max_rooms`."""

    status = HTTPStatus.CONFLICT
    code = "room-limit-reached"
    title = "You have as many rooms as one person may have"
    title_ko = "더 이상 새 대화방을 열 수 없어요"


class TooManyNewRooms(Problem):
    """Facts: `max_a_day` and `retry_after_seconds`."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-new-rooms"
    title = "You have opened as many rooms as one person may open in a day"
    title_ko = "하루에 열 수 있는 대화방 수를 넘었어요. 나중에 다시 시도해 주세요"
