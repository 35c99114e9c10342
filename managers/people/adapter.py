"""How people come in: accounts are opened by an administrator, never at the door."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Sign-in without sign-up."""

    def is_open_for_signup(self, request) -> bool:
        return False
