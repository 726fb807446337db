"""People who can sign in, where they have, and the mails that wait for them. Django finds models by this package."""

from __future__ import annotations

from accounts.models.account import Account, AccountManager, AccountQuerySet, NameField
from accounts.models.mail import AccountMail
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.session import RefreshToken, Session, SessionQuerySet
from accounts.models.sign_in_origin import SignInOrigin
from accounts.models.social_identity import SocialIdentity

__all__ = [
    "Account",
    "AccountMail",
    "AccountManager",
    "AccountQuerySet",
    "NameField",
    "RecoveryCode",
    "RefreshToken",
    "SecondFactor",
    "Session",
    "SessionQuerySet",
    "SignInOrigin",
    "SocialIdentity",
]
