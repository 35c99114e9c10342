"""The doors of allauth that a bank has, and a person's own security. Nobody signs up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from crm.middleware import without_factor
from managers.access import views

urlpatterns = [
    path("login/", login_not_required(account.login), name="account_login"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("login/passkey/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("logout/", without_factor(account.logout), name="account_logout"),
    path("again/", without_factor(account.reauthenticate), name="account_reauthenticate"),
    path(
        "password/",
        without_factor(views.ChangePassword.as_view()),
        name="account_change_password",
    ),
    path("security/", without_factor(views.security), name="security"),
    path("security/app/", without_factor(views.app_new), name="app-new"),
    path("security/passkey/", without_factor(views.passkey_new), name="passkey-new"),
    path("security/factors/<int:pk>/remove/", views.factor_remove, name="factor-remove"),
    path("security/codes/", views.codes_new, name="codes-new"),
    path("security/sessions/end/", views.sessions_end, name="sessions-end"),
    path("security/sessions/<int:pk>/end/", views.session_end, name="session-end"),
    path("security/tokens/new/", views.token_new, name="token-new"),
    path("security/tokens/<int:pk>/end/", views.token_end, name="token-end"),
]
