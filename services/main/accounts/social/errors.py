"""Why a provider's word is not enough, or was not to be had."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import DependencyDown, NotSignedIn, Problem
from salon_kit.logs import get_logger

log = get_logger(__name__)


class UnprovedIdentity(NotSignedIn):
    """A code or token that is wrong, too old, used, or was made for another app. Made by `unproved` only."""

    code = "unproved-identity"
    title = "This sign-in could not be confirmed; please begin it anew"
    title_ko = "로그인을 확인할 수 없었어요. 처음부터 다시 시도해 주세요"


def unproved(provider: str, reason: str) -> UnprovedIdentity:
    """To be raised. Whoever brought it is given no reason, the log is."""
    log.info("identity_unproved", provider=provider, reason=reason)
    return UnprovedIdentity()


class UnfitFlow(Problem):
    """Begun in another browser or too long ago, or brought here by a stranger's link."""

    status = HTTPStatus.GONE
    code = "unfit-flow"
    title = "This sign-in did not begin here, or too long ago; please begin it anew"
    title_ko = "이 브라우저에서 시작한 로그인이 아니거나 시간이 지났어요. 다시 시도해 주세요"


class SignInCancelled(Problem):
    code = "sign-in-cancelled"
    title = "The sign-in was cancelled"
    title_ko = "로그인을 취소했어요"


class ProviderAway(DependencyDown):
    """Facts: `dependency` names the provider."""

    code = "provider-away"
    title = "The other service does not answer now; please try again soon, or sign in another way"
    title_ko = "상대 서비스가 응답하지 않아요. 잠시 후 다시 시도하거나 다른 방법으로 로그인해 주세요"


class OperatorsUsePasswords(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "operators-use-passwords"
    title = "Operators sign in with their password"
    title_ko = "운영자는 비밀번호로 로그인해 주세요"


class AccountNotInUse(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "account-not-in-use"
    title = "This account has been closed by an operator"
    title_ko = "운영자가 사용을 중지한 계정이에요"


class IdentityIsAnothers(Problem):
    status = HTTPStatus.CONFLICT
    code = "identity-is-anothers"
    title = "This is connected to another account already; sign in with it, or disconnect it there"
    title_ko = "이미 다른 계정에 연결돼 있어요. 그 계정으로 로그인하거나 거기서 연결을 끊어 주세요"


class ProviderIsConnected(Problem):
    status = HTTPStatus.CONFLICT
    code = "provider-is-connected"
    title = "Another one of this provider is connected to your account; please disconnect it first"
    title_ko = "같은 서비스의 다른 계정이 연결돼 있어요. 먼저 연결을 끊어 주세요"


class EmailNotConfirmed(Problem):
    """Who typed somebody else's address could otherwise stay in the account when its owner takes it."""

    status = HTTPStatus.CONFLICT
    code = "email-not-confirmed"
    title = "Please confirm your e-mail address first"
    title_ko = "먼저 이메일 주소를 확인해 주세요"


class LastWayIn(Problem):
    status = HTTPStatus.CONFLICT
    code = "last-way-in"
    title = "This is your only way to sign in; please set a password or connect another one first"
    title_ko = "이 계정에 로그인할 수 있는 유일한 방법이에요. 먼저 비밀번호를 정하거나 다른 서비스를 연결해 주세요"
