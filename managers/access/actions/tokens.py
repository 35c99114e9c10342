"""Tokens: made once, shown once, ended by whom they speak for."""

from datetime import timedelta

from django.db import transaction

from crm.lib.db import lock
from managers.access import rules
from managers.access.models import Token
from managers.audit.actions import record


@transaction.atomic
def make_token(staff, *, name, scopes, at, days=None) -> tuple[Token, str]:
    """A token and its text, which is kept nowhere; without `days` it lives for a working day.

    `scopes` names a level for each group of resources (`access.scopes`).
    """
    staff = lock(staff)
    life = {}
    if days is not None:
        rules.check_token(staff, days=days)
        life["expiry"] = timedelta(days=days)
    token, text = Token.objects.create(user=staff, name=name, scopes=scopes, **life)
    told = " ".join(f"{group}:{level}" for group, level in sorted(scopes.items()))
    record("token.made", token, by=staff, at=at, scopes=told, expires=token.expiry)
    return token, text


@transaction.atomic
def end_token(token: Token, *, by, at) -> None:
    """The program that holds it is refused from its next request on."""
    record("token.ended", token, by=by, at=at)
    token.delete()
