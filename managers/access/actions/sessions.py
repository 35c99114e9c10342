"""Sign-ins and their ends."""

import secrets

from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from crm.lib.db import lock
from crm.lib.secrets import blind_index
from managers.access import devices, rules
from managers.access.models import SignIn, Token
from managers.audit.actions import record
from managers.outbox.actions import post
from managers.people.models import Staff


def new_device_mark() -> str:
    """What a browser keeps so that it is known again."""
    return secrets.token_urlsafe(32)


@transaction.atomic
def sign_in(staff, *, session_key, mark, user_agent, address, means, at) -> SignIn:
    """Note who came in, how and from where; a device not seen before is told by mail."""
    device = blind_index("device", mark)
    is_new = not SignIn.objects.filter(staff=staff, device=device).exists()
    came = SignIn.objects.create(
        staff=staff,
        session_key=session_key,
        device=device,
        browser=devices.browser(user_agent),
        system=devices.system(user_agent),
        address=devices.masked(address),
        at=at,
    )
    record("sign_in.done", came, by=staff, at=at, means=means, new_device=is_new)
    if is_new:
        post("new-device", to=staff, due=at, about=f"sign-in:{came.pk}", at=at, sign_in=came.pk)
    return came


def sign_out(staff, *, at) -> None:
    """Note that a person left by the door."""
    record("sign_in.left", staff, by=staff, at=at)


@transaction.atomic
def end_session(came: SignIn, *, by, at) -> None:
    """End one session of the person's own; the next request of that browser is nobody's."""
    Session.objects.filter(session_key=came.session_key).delete()
    record("session.ended", came, by=by, at=at)


@transaction.atomic
def end_other_sessions(request, *, at) -> None:
    """Sign the person out everywhere but in this browser."""
    staff = _raise_epoch(request.user)
    record("session.others_ended", staff, by=staff, at=at)
    keep_session(request, staff)


def keep_session(request, staff) -> None:
    """Carry this session over into the person's new epoch or password, all others end."""
    before = request.session.session_key
    update_session_auth_hash(request, staff)
    SignIn.objects.filter(session_key=before).update(session_key=request.session.session_key)
    mine = SignIn.objects.filter(session_key=request.session.session_key)
    others = SignIn.objects.filter(staff=staff).exclude(pk__in=mine)
    Session.objects.filter(session_key__in=others.values("session_key")).delete()


def end_everything(staff) -> None:
    """End all sessions and tokens of a locked person at once (security 11)."""
    _raise_epoch(staff)
    keys = SignIn.objects.filter(staff=staff).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    Token.objects.filter(user=staff).delete()


@transaction.atomic
def deactivate(staff, *, by, at) -> Staff:
    """End a person's access at once: sessions and tokens are gone (security 11).

    Raises RuleBroken for one's own, and (code `tied`) while the person keeps clients or has other
    work left (rules E9).
    """
    staff = lock(staff)
    rules.check_not_own(staff, by=by)
    rules.check_free(staff)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    end_everything(staff)
    record("staff.deactivated", staff, by=by, at=at)
    return staff


@transaction.atomic
def reactivate(staff, *, by, at) -> Staff:
    """Let a person sign in again."""
    staff = lock(staff)
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    record("staff.reactivated", staff, by=by, at=at)
    return staff


def _raise_epoch(staff) -> Staff:
    """Sessions carry the epoch in their hash: those of the epoch before are refused."""
    Staff.objects.filter(pk=staff.pk).update(session_epoch=F("session_epoch") + 1)
    staff.refresh_from_db(fields=["session_epoch"])
    return staff
