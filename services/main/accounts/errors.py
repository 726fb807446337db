"""Why somebody may not come in."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import NotSignedIn, Problem, RateLimited


class EmailTaken(Problem):
    status = HTTPStatus.CONFLICT
    code = "email-taken"
    title = "There is already an account with this e-mail address"
    title_ko = "이미 가입된 이메일이에요"


class EmailIsConfirmed(Problem):
    status = HTTPStatus.CONFLICT
    code = "email-is-confirmed"
    title = "This e-mail address is confirmed already"
    title_ko = "이미 확인된 이메일이에요"


class UnfitLink(Problem):
    status = HTTPStatus.GONE
    code = "unfit-link"
    title = "This link is used, too old or not whole; please ask for a new one"
    title_ko = "이미 썼거나 오래됐거나 잘린 링크예요. 새로 요청해 주세요"


class AccountIsNeeded(Problem):
    """`bookings_ahead`, `payments_open` or `salon_has_to_let_go` says by what."""

    status = HTTPStatus.CONFLICT
    code = "account-is-needed"
    title = "Something of this account is still under way; please end that first"
    title_ko = "이 계정에 아직 남은 일이 있어요. 먼저 마무리해 주세요"


class SecondFactorNeeded(NotSignedIn):
    """The password was right: the same again, with `code`."""

    code = "second-factor-needed"
    title = "Please enter the code of your authenticator app too"
    title_ko = "인증 앱의 코드도 입력해 주세요"


class SecondFactorMissing(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "second-factor-missing"
    title = "Operators need a second factor here; whoever runs the system gives you one"
    title_ko = "운영자는 2단계 인증이 있어야 해요. 시스템 담당자에게 요청해 주세요"


class SecondFactorIsSetUp(Problem):
    status = HTTPStatus.CONFLICT
    code = "second-factor-is-set-up"
    title = "You have a second factor already"
    title_ko = "이미 2단계 인증을 쓰고 있어요"


class SecondFactorMust(Problem):
    status = HTTPStatus.CONFLICT
    code = "second-factor-must"
    title = "Operators have to keep their second factor here"
    title_ko = "운영자는 2단계 인증을 끌 수 없어요"


class WrongCode(Problem):
    """Not a code of now, or one that was used already."""

    status = HTTPStatus.FORBIDDEN
    code = "wrong-code"
    title = "This code is not right or was used already"
    title_ko = "코드가 맞지 않거나 이미 쓴 코드예요"


class WrongPassword(Problem):
    """Of somebody who is signed in: their session goes on."""

    status = HTTPStatus.FORBIDDEN
    code = "wrong-password"
    title = "This is not your present password"
    title_ko = "지금 비밀번호가 맞지 않아요"


class NoEmail(Problem):
    status = HTTPStatus.CONFLICT
    code = "no-email"
    title = "Your account has no e-mail address yet; please add one first"
    title_ko = "아직 계정에 이메일이 없어요. 먼저 이메일을 등록해 주세요"


class SignInAgain(Problem):
    """Who has no password shows by a sign-in of a moment ago who they are."""

    status = HTTPStatus.FORBIDDEN
    code = "sign-in-again"
    title = "For this you have to have signed in a moment ago; please sign in again"
    title_ko = "본인 확인이 필요해요. 다시 로그인한 뒤 10분 안에 해 주세요"


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
