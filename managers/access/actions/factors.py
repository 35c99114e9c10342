"""Second factors: set up, used once, removed, reset; and the new password.

Rows are allauth's `Authenticator`. The secret of an app is sealed beside it; recovery codes are
kept as blind indexes only, so that nobody can read them after they were shown.
"""

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction
from django.utils.crypto import constant_time_compare

from crm.lib.db import lock
from crm.lib.secrets import blind_index
from managers.access import rules
from managers.access.actions.sessions import end_everything, keep_session
from managers.access.models import AppSecret, Token
from managers.audit.actions import record
from managers.outbox.actions import post

Type = Authenticator.Type
PERIOD = 30  # seconds for which an app shows a code; one more on either side is accepted
CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without what looks alike


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The period whose code this is: the present one or one beside it; None for no such code."""
    typed, present = "".join(code.split()), int(at.timestamp()) // PERIOD
    for step in (present, present - 1, present + 1):
        if constant_time_compare(typed, format_hotp_value(hotp_value(secret, step))):
            return step
    return None


@transaction.atomic
def use_code(staff, code: str, *, at: datetime) -> Authenticator | None:
    """The factor that a typed code proves, or None; a code proves nothing a second time."""
    kinds = (Type.TOTP, Type.RECOVERY_CODES)
    kept = Authenticator.objects.filter(user=staff, type__in=kinds)
    for factor in kept.select_for_update().order_by("pk"):
        accept = _accept_step if factor.type == Type.TOTP else _accept_recovery
        if accept(factor, code, at=at):
            factor.last_used_at = at
            factor.save(update_fields=["data", "last_used_at"])
            return factor
    return None


def _accept_step(factor, code, *, at) -> bool:
    step = step_of(factor.app.secret.open(), code, at=at)
    if step is None or step <= factor.app.used:
        return False
    factor.app.used = step
    factor.app.save(update_fields=["used"])
    return True


def _accept_recovery(factor, code, *, at) -> bool:
    mark = _mark(factor.user_id, code)
    if mark not in factor.data["codes"]:
        return False
    factor.data["codes"].remove(mark)
    return True


@transaction.atomic
def add_app(request, *, secret, step, at) -> list[str]:
    """Keep the secret of an app whose code of `step` was typed; recovery codes if first."""
    factor, codes = _add(request, Type.TOTP, {}, at=at)
    AppSecret.objects.create(factor=factor, secret=secret, used=step)
    return codes


@transaction.atomic
def add_passkey(request, *, name, credential, at) -> list[str]:
    """Keep a passkey's public half; recovery codes if it is the first factor."""
    _factor, codes = _add(request, Type.WEBAUTHN, {"name": name, "credential": credential}, at=at)
    return codes


def _add(request, kind, data, *, at) -> tuple[Authenticator, list[str]]:
    staff = lock(request.user)
    factor = Authenticator.objects.create(user=staff, type=kind, data=data, created_at=at)
    has_codes = Authenticator.objects.filter(user=staff, type=Type.RECOVERY_CODES).exists()
    codes = [] if has_codes else _new_codes(staff, at=at)
    request.session["second_factor"] = True  # setting it up proves that the person holds it
    _changed(staff, factor, f"factor.{kind}_added", by=staff, at=at)
    return factor, codes


@transaction.atomic
def remove(factor: Authenticator, *, by, at) -> None:
    """Take a factor away; recovery codes go with the last one."""
    staff = lock(factor.user)
    rules.check_removal(factor)
    _changed(staff, factor, f"factor.{factor.type}_removed", by=by, at=at)
    factor.delete()
    if not rules.has_factor(staff):
        Authenticator.objects.filter(user=staff).delete()


@transaction.atomic
def renew_codes(staff, *, by, at) -> list[str]:
    """New recovery codes; those before are worth nothing any more."""
    staff = lock(staff)
    codes = _new_codes(staff, at=at)
    factor = Authenticator.objects.get(user=staff, type=Type.RECOVERY_CODES)
    _changed(staff, factor, "factor.codes_renewed", by=by, at=at)
    return codes


@transaction.atomic
def reset_factors(staff, *, by, at) -> None:
    """An administrator takes all factors of somebody who lost them; sessions and tokens end."""
    staff = lock(staff)
    rules.check_not_own(staff, by=by)
    Authenticator.objects.filter(user=staff).delete()
    end_everything(staff)
    _changed(staff, staff, "factor.reset", by=by, at=at)


@transaction.atomic
def change_password(request, password: str, *, at) -> None:
    """A new password ends all other sessions and all tokens."""
    staff = lock(request.user)
    staff.set_password(password)
    staff.save(update_fields=["password"])
    request.user.password = staff.password
    keep_session(request, request.user)
    Token.objects.filter(user=staff).delete()
    _changed(staff, staff, "password.changed", by=staff, at=at)


def _new_codes(staff, *, at) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _n in range(10)) for _code in range(CODES)]
    Authenticator.objects.update_or_create(
        user=staff,
        type=Type.RECOVERY_CODES,
        defaults={"data": {"codes": [_mark(staff.pk, code) for code in codes]}, "created_at": at},
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _mark(staff_id, code: str) -> str:
    return blind_index("recovery", f"{staff_id}:{''.join(filter(str.isalnum, code)).lower()}")


def _changed(staff, subject, verb: str, *, by, at) -> None:
    event = record(verb, subject, by=by, at=at, staff=staff.pk)
    post("access-changed", to=staff, due=at, about=f"event:{event.pk}", at=at, verb=verb)
