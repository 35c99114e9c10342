"""Who is asked when a referral goes on: another RM once, then a head, never nobody (rules D4).

Reads only.
"""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from clients.book.models import State
from clients.book.rules import check_receiver
from clients.book.suggestions import suggest, team
from clients.followups.queries import last_spoken
from clients.lobby import rules
from clients.lobby.models import Hop, Referral
from clients.lobby.queries import answerers
from clients.planning.weather import with_hours
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.heads import HEADS, heads_of
from managers.people.models import Absence, Post, Posting, Staff
from managers.people.scope import Right

Outcome = Hop.Outcome
MOST_RMS = 2  # the RM who was chosen, and one other
_ANSWERING = (Post.WEALTH_RM, Post.MARKETING_RM, *HEADS)


@dataclass(frozen=True)
class Next:
    """Who is asked next, and why: a reason of `book.suggestions`, or a head."""

    staff: Staff
    why: str = ""
    is_head: bool = False


def next_asked(referral, client, *, at) -> Next | None:
    """Who answers now that the last one did not: another RM once, then a head (rules D4).

    Nobody is asked twice. None where no head is left either: then the referral stays where it is.
    """
    hops = list(referral.hops.all())
    known = {hop.asked_id for hop in hops} | {referral.target_id}
    answered = [hop for hop in hops if not hop.is_head and hop.outcome != Outcome.GONE]
    at_head = any(hop.is_head for hop in hops)
    if len(answered) < MOST_RMS and not at_head:
        found = _another_rm(client, known | {referral.referrer_id}, on=clock.local(at).date())
        if found is not None:
            return found
    heads = heads_of(referral.outlet, on=clock.local(at).date(), without=[*known, client.person_id])
    return Next(heads[0], is_head=True) if heads else None


def _another_rm(client, known, *, on) -> Next | None:
    """For an owned client the owner or the deputy, else the RM who is suggested (rules A1, C3)."""
    if client.owner_id:
        away = set(Absence.objects.on(on).values_list("staff", flat=True))
        free = (choice.staff for choice in answerers(client, on=on))
        owner = next((one for one in free if one.pk not in known | away), None)
        return Next(owner) if owner else None
    candidates = [one for one in team([client.outlet], on=on) if one.staff.pk not in known]
    candidates = [one for one in candidates if one.staff.pk != client.person_id]
    met, candidates = last_spoken([client]), with_hours(candidates, on=on)
    found = suggest([client], on=on, met=met, candidates=candidates)[client.pk]
    return Next(found.staff, found.reason) if found.staff else None


def can_answer(referral, client, *, at) -> bool:
    """Whether who is asked could still take the client, or decide as a head (rules D4)."""
    asked, on = referral.target, clock.local(at).date()
    if not asked.is_active or not scope.may(asked, Right.REFER):
        return False
    if Absence.objects.on(on).filter(staff=asked).exists():
        return False
    if referral.hops.filter(outcome=Outcome.WAITING, is_head=True).exists():
        return rules.may_place(asked, referral)
    if client.owner_id:
        return rules.answers_for(asked, client, on=on)
    try:
        check_receiver(asked, client, on=on)
    except RuleBroken:
        return False
    return True


def to_move_on(*, at):
    """Waiting referrals that may have to go on: late with an RM, or with somebody who has gone.

    A first sieve: under the lock each is looked at again.
    """
    on = clock.local(at).date()
    its_target = {"staff": OuterRef("target")}
    here = Q(unit=OuterRef("outlet")) | Q(unit=OuterRef("outlet__served_by"))
    posted = Posting.objects.on(on).filter(here | Q(post__in=HEADS), **its_target)
    posted = posted.filter(post__in=_ANSWERING)
    away = Absence.objects.on(on).filter(**its_target)
    gone = Q(target__is_active=False) | ~Exists(posted) | Exists(away)
    heads = Hop.objects.filter(referral=OuterRef("pk"), outcome=Outcome.WAITING, is_head=True)
    late = Q(answer_by__lt=at) & ~Exists(heads)
    owned = Q(client__owner__isnull=False) & ~Q(client__owner=F("target"))
    shut = Q(client__state=State.CLOSED)
    return Referral.objects.waiting().filter(gone | late | owned | shut)
