"""How people come in: accounts are opened by an administrator, never at the door."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Sign-in without sign-up, in the words of a bank."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The staff number or the password is not right."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False
