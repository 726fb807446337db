"""The words of mails about an account. Who did not ask for one reads in it what to do: nothing.

No name stands in them: whoever signs up with somebody else's address would choose words that we send there.
"""

from __future__ import annotations

from typing import NamedTuple

from accounts.mailed.links import Act, link_to
from accounts.models import Account, AccountMail

Kind = AccountMail.Kind


class Letter(NamedTuple):
    """Both with places for facts: `{link}`, `{provider}`."""

    subject: str
    body: str


_LINKS = {
    Kind.CONFIRM_EMAIL: Act.CONFIRM_EMAIL,
    Kind.CHANGE_EMAIL: Act.CHANGE_EMAIL,
    Kind.RESET_PASSWORD: Act.RESET_PASSWORD,
}
_PROVIDERS = {
    "google": {"ko": "Google", "en": "Google"},
    "kakao": {"ko": "카카오", "en": "Kakao"},
    "naver": {"ko": "네이버", "en": "Naver"},
}
_KO = {
    Kind.CONFIRM_EMAIL: Letter(
        "이메일 주소를 확인해 주세요",
        "아래 링크를 열면 이메일 주소가 확인돼요. 링크는 3일 동안 한 번만 쓸 수 있어요.\n\n{link}\n\n"
        "가입하지 않으셨다면 링크를 열지 말고 이 메일을 지워 주세요.",
    ),
    Kind.CHANGE_EMAIL: Letter(
        "새 이메일 주소를 확인해 주세요",
        "로그인한 상태에서 아래 링크를 열면 이 주소가 계정의 이메일이 돼요. 링크는 1시간 동안 한 번만 쓸 수 있어요.\n\n"
        "{link}\n\n바꾸지 않으셨다면 이 메일을 지워 주세요.",
    ),
    Kind.EMAIL_CHANGED: Letter(
        "계정의 이메일 주소가 바뀌었어요",
        "댕댕살롱 계정의 이메일이 다른 주소로 바뀌어, 이 주소로는 더 이상 로그인할 수 없어요.\n\n"
        "직접 바꾸지 않으셨다면 이 메일에 답장해 바로 알려 주세요.",
    ),
    Kind.RESET_PASSWORD: Letter(
        "비밀번호를 다시 정해 주세요",
        "아래 링크를 열어 새 비밀번호를 정해 주세요. 링크는 1시간 동안 한 번만 쓸 수 있어요.\n\n{link}\n\n"
        "요청하지 않으셨다면 아무것도 하지 않으셔도 돼요. 비밀번호는 그대로예요.",
    ),
    Kind.PASSWORD_CHANGED: Letter(
        "비밀번호가 바뀌었어요",
        "계정의 비밀번호가 바뀌었어요.\n\n"
        "직접 바꾸지 않으셨다면 로그인 화면의 '비밀번호를 잊었어요'에서 바로 다시 정해 주세요.",
    ),
    Kind.PASSWORD_SET_BY_LINK: Letter(
        "비밀번호를 새로 정했어요",
        "메일로 보낸 링크로 계정의 비밀번호를 새로 정했어요. 모든 기기에서 로그아웃됐고, "
        "Google·카카오·네이버 로그인이 연결돼 있었다면 모두 끊었어요. "
        "다시 쓰려면 새 비밀번호로 로그인해 연결해 주세요.\n\n"
        "직접 하지 않으셨다면 로그인 화면의 '비밀번호를 잊었어요'에서 바로 다시 정해 주세요.",
    ),
    Kind.PROVIDER_CONNECTED: Letter(
        "{provider} 로그인이 연결됐어요",
        "이제 {provider} 계정으로도 댕댕살롱에 로그인할 수 있어요.\n\n"
        "직접 연결하지 않으셨다면 로그인 화면의 '비밀번호를 잊었어요'에서 비밀번호를 바로 다시 정해 주세요. "
        "그러면 연결도 끊겨요.",
    ),
    Kind.PROVIDER_LET_GO: Letter(
        "{provider} 로그인 연결이 끊겼어요",
        "{provider} 계정으로는 더 이상 로그인할 수 없고, 다른 기기에서는 모두 로그아웃됐어요.\n\n"
        "직접 끊지 않으셨다면 로그인 화면의 '비밀번호를 잊었어요'에서 비밀번호를 바로 다시 정해 주세요.",
    ),
    Kind.ACCOUNT_DELETED: Letter(
        "계정이 삭제됐어요",
        "댕댕살롱 계정과 그 개인정보가 삭제됐어요. 이 주소로는 더 이상 메일을 보내지 않아요. 그동안 고마웠어요.",
    ),
}
_EN = {
    Kind.CONFIRM_EMAIL: Letter(
        "Please confirm your e-mail address",
        "Open this link to confirm your e-mail address. It works once, within 3 days.\n\n{link}\n\n"
        "If you did not sign up, do not open the link and delete this mail.",
    ),
    Kind.CHANGE_EMAIL: Letter(
        "Please confirm your new e-mail address",
        "Open this link while you are signed in, and this becomes the address of your account. It works once, within "
        "an hour.\n\n{link}\n\nIf you did not ask for this, delete this mail.",
    ),
    Kind.EMAIL_CHANGED: Letter(
        "The e-mail address of your account has changed",
        "Your DaengDaeng Salon account has another e-mail address now; this one no longer signs you in.\n\n"
        "If it was not you, answer this mail at once.",
    ),
    Kind.RESET_PASSWORD: Letter(
        "Choose a new password",
        "Open this link to choose a new password. It works once, within an hour.\n\n{link}\n\n"
        "If you did not ask for this, there is nothing to do: your password stays as it is.",
    ),
    Kind.PASSWORD_CHANGED: Letter(
        "Your password has changed",
        "The password of your account has changed.\n\n"
        "If it was not you, choose a new one at once: 'I forgot my password' at the sign-in.",
    ),
    Kind.PASSWORD_SET_BY_LINK: Letter(
        "You have a new password",
        "A new password was set for your account by the link that we mailed. You are signed out everywhere, and if you "
        "could sign in with Google, Kakao or Naver, that is disconnected: sign in with the new password to connect it "
        "again.\n\nIf it was not you, choose a new one at once: 'I forgot my password' at the sign-in.",
    ),
    Kind.PROVIDER_CONNECTED: Letter(
        "{provider} is connected to your account",
        "From now on {provider} signs you in to DaengDaeng Salon, too.\n\nIf it was not you who connected it, choose a "
        "new password at once: 'I forgot my password' at the sign-in. That disconnects it.",
    ),
    Kind.PROVIDER_LET_GO: Letter(
        "{provider} is disconnected from your account",
        "{provider} signs you in to DaengDaeng Salon no more, and you are signed out on all other devices.\n\n"
        "If it was not you, choose a new password at once: 'I forgot my password' at the sign-in.",
    ),
    Kind.ACCOUNT_DELETED: Letter(
        "Your account is deleted",
        "Your DaengDaeng Salon account and its personal data are deleted. We write to this address no more. Thank you.",
    ),
}


def letter_for(mail: AccountMail) -> Letter | None:
    """None when there is nothing to write: nobody has this address, or what it was about is done already."""
    kind = Kind(mail.kind)
    account = _account_of(mail, kind)
    facts = {"provider": provider_in_words(mail.provider, language=mail.language)}
    if kind in _LINKS:
        if account is None or (kind is Kind.CONFIRM_EMAIL and account.email_confirmed):
            return None
        facts["link"] = link_to(_LINKS[kind], account, address=mail.address)
    sender, letters = ("DaengDaeng Salon", _EN) if mail.language == "en" else ("댕댕살롱", _KO)
    subject, body = letters[kind]
    return Letter(f"[{sender}] {subject.format(**facts)}", f"{body.format(**facts)}\n\n{sender}")


def provider_in_words(provider: str, *, language: str) -> str:
    """As people call it."""
    return _PROVIDERS.get(provider, {}).get(language, provider)


def _account_of(mail: AccountMail, kind: AccountMail.Kind) -> Account | None:
    active = Account.objects.filter(is_active=True)
    if kind is Kind.CHANGE_EMAIL:
        return active.filter(pk=mail.about_account or 0).first()
    return active.filter(email=mail.address).first()
