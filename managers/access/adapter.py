"""How people come in: accounts are opened by an administrator, never at the door."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm import words
from crm.lib import clock
from crm.middleware import BEGAN
from crm.pages import address_of
from managers.access import rules
from managers.access.actions import attempts, sessions

DEVICE_COOKIE = "device"
_DEVICE_AGE = 400 * 24 * 60 * 60  # seconds: browsers keep no cookie longer


class Door(DefaultAccountAdapter):
    """Sign-in without sign-up, in the words of a bank; who came and who did not is recorded."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The staff number or the password is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Try again later."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def authenticate(self, request, **credentials):
        """The person, or None; a pause after failures is said in the form."""
        number, password = credentials.get("username", ""), credentials.get("password", "")
        try:
            return attempts.check_password(
                request, number, password, address=address_of(request), at=clock.now()
            )
        except rules.TooSoon as shut:
            raise ValidationError(str(shut), code="too_many_login_attempts") from None

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Whoever changes factors or makes tokens is asked for the password again."""
        page = reverse("account_reauthenticate")
        return [{"id": "reauthenticate", "description": _("Password"), "url": page}]

    def post_login(self, request, user, **hooks):
        """Note the sign-in; the browser keeps a mark by which it is known next time."""
        response = super().post_login(request, user, **hooks)
        now, address = clock.now(), address_of(request)
        proofs = get_authentication_records(request, user)
        mark = request.COOKIES.get(DEVICE_COOKIE) or sessions.new_device_mark()
        request.session[BEGAN] = now.timestamp()
        request.session["second_factor"] = any(one["method"] == "mfa" for one in proofs)
        sessions.sign_in(
            user,
            session_key=request.session.session_key,
            mark=mark,
            user_agent=self.get_http_user_agent(request),
            address=address,
            means=proofs[-1].get("type", "password") if proofs else "password",
            at=now,
        )
        attempts.forget(user.employee_no, address)
        response.set_cookie(
            DEVICE_COOKIE,
            mark,
            max_age=_DEVICE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response

    def respond_user_inactive(self, request, user):
        """Somebody whose access has ended, though not the passkey, is as unknown as anybody."""
        return redirect("account_login")

    def logout(self, request) -> None:
        sessions.sign_out(request.user, at=clock.now())
        super().logout(request)


class Factors(DefaultMFAAdapter):
    """How second factors are named in apps and browsers."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This was not right. Try again."),
    }

    def get_totp_label(self, user) -> str:
        return user.employee_no

    def get_totp_issuer(self) -> str:
        return "Guibin"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Guibin"}

    def get_public_key_credential_user_entity(self, user) -> dict:
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": words.plain_name(user), "name": user.employee_no}
