"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from accounts.addresses.views import (
    EmailConfirmationsView,
    MyEmailChangeView,
    MyEmailConfirmationView,
    MyEmailView,
)
from accounts.leaving.views import MyDeletionView
from accounts.new_passwords.views import MyPasswordView, NewPasswordsView, PasswordResetsView
from accounts.own_sessions.views import MySessionsView, MySessionView
from accounts.second_factor.views import (
    MyRecoveryCodesView,
    MySecondFactorConfirmationView,
    MySecondFactorRemovalView,
    MySecondFactorView,
)
from accounts.social.browser_views import SignInCallbackView, SignInProvidersView, SignInStartView
from accounts.social.views import MyIdentitiesView, MyIdentityInBrowserView, MyIdentityView, ProviderSessionsView
from accounts.views import AccountsView, MeView, RefreshView, SessionsView

urlpatterns = [
    path("accounts", AccountsView.as_view()),
    path("accounts/me", MeView.as_view()),
    path("accounts/email-confirmations", EmailConfirmationsView.as_view()),
    path("accounts/me/email", MyEmailView.as_view()),
    path("accounts/me/email/confirmation", MyEmailConfirmationView.as_view()),
    path("accounts/me/email/change", MyEmailChangeView.as_view()),
    path("accounts/me/password", MyPasswordView.as_view()),
    path("accounts/password-resets", PasswordResetsView.as_view()),
    path("accounts/new-passwords", NewPasswordsView.as_view()),
    path("accounts/me/deletion", MyDeletionView.as_view()),
    path("accounts/me/sessions", MySessionsView.as_view()),
    path("accounts/me/sessions/<any_case_uuid:session_id>", MySessionView.as_view()),
    path("accounts/me/second-factor", MySecondFactorView.as_view()),
    path("accounts/me/second-factor/confirmation", MySecondFactorConfirmationView.as_view()),
    path("accounts/me/second-factor/recovery-codes", MyRecoveryCodesView.as_view()),
    path("accounts/me/second-factor/removal", MySecondFactorRemovalView.as_view()),
    path("sessions", SessionsView.as_view()),
    path("sessions/refresh", RefreshView.as_view()),
    path("sessions/<str:provider>", ProviderSessionsView.as_view()),
    path("sign-in", SignInProvidersView.as_view()),
    path("sign-in/<str:provider>", SignInStartView.as_view()),
    path("sign-in/<str:provider>/callback", SignInCallbackView.as_view()),
    path("accounts/me/identities", MyIdentitiesView.as_view()),
    path("accounts/me/identities/<str:provider>", MyIdentityView.as_view()),
    path("accounts/me/identities/<str:provider>/browser", MyIdentityInBrowserView.as_view()),
]
