"""Why somebody may not come in."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import NotSignedIn, Problem, RateLimited


class EmailTaken(Problem):
    status = HTTPStatus.CONFLICT
    code = "email-taken"
    title = "There is already an account with this e-mail address"
    title_ko = "이미 가입된 이메일이에요"


class WrongCredentials(NotSignedIn):
    """The same for an unknown e-mail address and for a wrong password."""

    code = "wrong-credentials"
    title = "This e-mail address and password do not belong together"
    title_ko = "이메일 또는 비밀번호가 맞지 않아요"


class InvalidRefreshToken(NotSignedIn):
    code = "invalid-refresh-token"
    title = "This session has ended; please sign in again"
    title_ko = "로그인이 만료되었어요. 다시 로그인해 주세요"


class TooManyAttempts(RateLimited):
    code = "too-many-attempts"
    title = "Too many attempts; please wait a little"
    title_ko = "시도가 너무 많아요. 잠시 후 다시 시도해 주세요"
