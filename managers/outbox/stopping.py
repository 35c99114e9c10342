"""The address with which a mail program stops a kind of reminder in one click (RFC 8058)."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.http import urlencode

_SALT = "managers.outbox.stopping"


def headers(person, kind: str) -> dict[str, str]:
    """What a mail says about stopping its kind; only a POST to the address stops anything."""
    return {
        "List-Unsubscribe": f"<{address(person, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def address(person, kind: str) -> str:
    """The address, good for this person and kind alone."""
    query = urlencode({"token": token(person, kind)})
    return f"{settings.SITE_URL}{reverse('mail-stop')}?{query}"


def token(person, kind: str) -> str:
    """What the address carries: signed, without an end."""
    return signing.dumps([person.pk, kind], salt=_SALT)


def opened(text: str) -> tuple[int, str] | None:
    """The person's id and the kind that a token names; None for any other text."""
    try:
        person, kind = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return person, kind
