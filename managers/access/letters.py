"""Mails about a person's own door: a new device, a changed factor or password. No names in them."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from managers.access import devices
from managers.access.models import SignIn
from managers.outbox.letters import register

CHANGES = {
    "factor.totp_added": _("An authenticator app was set up for your account."),
    "factor.totp_removed": _("The authenticator app was removed from your account."),
    "factor.webauthn_added": _("A passkey was added to your account."),
    "factor.webauthn_removed": _("A passkey was removed from your account."),
    "factor.codes_renewed": _("New recovery codes were made for your account."),
    "factor.reset": _("An administrator reset your second factor. Set up a new one."),
    "password.changed": _("The password of your account was changed."),
}


def new_device(letter) -> dict | None:
    """Content of the mail about a sign-in from a device not seen before."""
    came = SignIn.objects.filter(pk=letter.context["sign_in"]).first()
    if came is None:
        return None
    return {"device": devices.words(came.browser, came.system), "at": came.at, "url": _page()}


def access_changed(letter) -> dict:
    """Content of the mail about what has changed at the person's door."""
    return {"change": CHANGES[letter.context["verb"]], "at": letter.created_at, "url": _page()}


def _page() -> str:
    return settings.SITE_URL + reverse("security")


register("new-device", new_device, name=_("Sign-in from a new device"))
register("access-changed", access_changed, name=_("Changed ways of signing in"))
