"""What the page of a person's own security shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from crm.lib import clock
from crm.middleware import seen_key
from managers.access import devices
from managers.access.models import SignIn


@dataclass
class LiveSession:
    """A session that still opens doors."""

    pk: int
    device: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(staff, *, this_key: str, at: datetime) -> list[LiveSession]:
    """The person's sessions that are neither ended nor idle, this one first."""
    since = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    came = {row.session_key: row for row in SignIn.objects.filter(staff=staff, at__gt=since)}
    alive = Session.objects.filter(session_key__in=came, expire_date__gt=timezone.now())
    keys = list(alive.values_list("session_key", flat=True))
    seen = cache.get_many([seen_key(key) for key in keys])
    found = [_live(came[key], seen.get(seen_key(key)), key == this_key) for key in keys]
    idle = timedelta(seconds=settings.SESSION_IDLE_AGE)
    open_ones = [one for one in found if one.is_this or at - one.seen_at <= idle]
    return sorted(open_ones, key=lambda one: (not one.is_this, -one.seen_at.timestamp()))


def _live(came, seen_at, is_this) -> LiveSession:
    return LiveSession(
        pk=came.pk,
        device=devices.words(came.browser, came.system),
        address=came.address,
        began_at=came.at,
        seen_at=seen_at or came.at,
        is_this=is_this,
    )


@dataclass
class Factors:
    """The second factors of a person, in one query."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None

    @property
    def any(self) -> bool:
        return bool(self.app or self.passkeys)


def factors_of(staff) -> Factors:
    """What the person has set up."""
    rows = list(Authenticator.objects.filter(user=staff).order_by("pk"))
    of = {kind: [row for row in rows if row.type == kind] for kind in Authenticator.Type}
    codes = of[Authenticator.Type.RECOVERY_CODES]
    return Factors(
        app=next(iter(of[Authenticator.Type.TOTP]), None),
        passkeys=of[Authenticator.Type.WEBAUTHN],
        codes_left=len(codes[0].data["codes"]) if codes else None,
    )


def tokens_of(staff):
    """Tokens that still work, the newest first."""
    return staff.auth_token_set.filter(expiry__gt=timezone.now()).order_by("-pk")


def signed_in_at(request) -> datetime:
    """When this session began."""
    return datetime.fromtimestamp(request.session["began"], tz=clock.SHANGHAI)
