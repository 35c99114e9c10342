"""What holds at the door (security 18): pauses after failures, ends of tokens, second factors."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import words
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.models import SEQUENCE_OF, Sequence, Staff
from managers.people.scope import Right

FREE_FAILURES = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)  # after the last pause, failures count no more
TOKEN_DAYS = (1, 7, 30, 90)
MOST_TOKENS = 20
_ties: list[Callable[[Staff], list[str]]] = []
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class TooSoon(RuleBroken):
    """The door is shut for a while; `wait` is in seconds."""

    def __init__(self, wait: timedelta):
        self.wait = wait.total_seconds()
        minutes = max(1, -int(-self.wait // 60))
        sentence = ngettext(
            "Too many failed attempts. Try again in %(minutes)d minute.",
            "Too many failed attempts. Try again in %(minutes)d minutes.",
            minutes,
        )
        super().__init__(sentence % {"minutes": minutes}, code="too_many")


def pause(failures: int) -> timedelta:
    """How long the door stays shut after so many failures in a row: it grows, but ends."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 10)
    return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)


def check_open(attempt, *, at: datetime) -> None:
    """Raise TooSoon while the door is shut for this account and address."""
    if attempt.failures >= FREE_FAILURES and attempt.next_at > at:
        raise TooSoon(attempt.next_at - at)


def has_factor(staff) -> bool:
    """Whether the person has a second factor: an app or a passkey."""
    return Authenticator.objects.filter(user=staff, type__in=FACTORS).exists()


def check_removal(factor) -> None:
    """Raise RuleBroken for the last second factor where everybody must have one."""
    others = Authenticator.objects.filter(user=factor.user_id, type__in=FACTORS)
    if settings.SECOND_FACTOR_REQUIRED and not others.exclude(pk=factor.pk).exists():
        raise RuleBroken(_("The bank asks for a second factor: add another one first."))


def check_not_own(staff, *, by) -> None:
    """Raise RuleBroken for administrators who would open or shut their own door."""
    if by is not None and staff.pk == by.pk:
        raise RuleBroken(_("Another administrator does this for you."))


def may_end_access(person, staff) -> bool:
    """Administrators: everybody's; heads: of those who serve clients in their units (rules E9)."""
    if not scope.may(person, Right.END_ACCESS) or person.pk == staff.pk:
        return False
    if scope.reach(person, Right.END_ACCESS) == scope.Reach.ALL:
        return True
    serves = SEQUENCE_OF.get(staff.current_post) in (Sequence.RM, Sequence.COUNTER)
    units = scope.units(person, Right.END_ACCESS)
    return serves and units.filter(pk=staff.current_unit.pk).exists()


def name_tie(tie: Callable[[Staff], list[str]]) -> None:
    """Features above say here what work still ties a person, each piece in a few words."""
    _ties.append(tie)


def check_free(staff) -> None:
    """Raise RuleBroken (code `tied`) while work is left that colleagues have not taken (rules E9).

    Asked under the person's lock: who gives them a client waits for it, and finds them gone.
    """
    if left := [piece for tie in _ties for piece in tie(staff)]:
        sentence = _("%(name)s still has %(work)s. Please give them to colleagues first.")
        told = {"name": words.plain_name(staff), "work": words.listed(left)}
        raise RuleBroken(sentence % told, code="tied")


def check_token(staff, *, days: int) -> None:
    """Raise RuleBroken for a life that is not offered, and for too many tokens."""
    if days not in TOKEN_DAYS:
        sentence = _("Choose one of the offered days.")
        raise RuleBroken(sentence, fields={"days": sentence})
    if staff.auth_token_set.count() >= MOST_TOKENS:
        raise RuleBroken(_("You have %(most)d tokens: end one first.") % {"most": MOST_TOKENS})
