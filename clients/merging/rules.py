"""Which files may be made one, by whom, and how long it can be taken back."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.book.duplicates import reason_of
from clients.book.models import WITH_OWNER, Duplicate, State
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.merging.models import Merge
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Right


def may_merge(person, *clients) -> bool:
    """Whether a head answers for the outlets of all these clients and is none of them (A5)."""
    if any(client.person_id == person.pk for client in clients):
        return False
    outlets = {client.outlet_id for client in clients}
    return scope.units(person, Right.MERGE).filter(pk__in=outlets).count() == len(outlets)


def check_merge(person, kept, merged) -> None:
    """Raise RuleBroken unless `merged` may be taken into `kept` (rules A5, C5, E9)."""
    if not may_merge(person, kept, merged):
        raise RuleBroken(_("Only a head of both outlets merges files."), code="forbidden")
    if kept.pk == merged.pk:
        raise RuleBroken(_("A file cannot be merged with itself."))
    if State.CLOSED in (kept.state, merged.state):
        raise RuleBroken(_("A closed file is not merged."))
    if kept.identity_index and merged.identity_index not in ("", kept.identity_index):
        raise RuleBroken(_("Two identity numbers are two people."))
    if not reason_of(kept, merged):
        raise RuleBroken(_("A name and an age alone do not make two files one person."))
    if (merged.owner_id and not kept.owner_id) or (
        merged.state in WITH_OWNER and kept.state not in WITH_OWNER
    ):
        raise RuleBroken(_("Please keep the file of the client whom an RM serves already."))
    if kept.owner_id and kept.owner_id in (kept.person_id, merged.person_id):
        raise RuleBroken(_("Its RM is this client; nobody keeps their own file."))
    _check_nothing_pending(merged)


def check_pair(person, pair) -> None:
    """Raise RuleBroken unless the person decides about this pair, and nobody has."""
    if not may_merge(person, pair.first, pair.second):
        raise RuleBroken(_("Only a head of both outlets merges files."), code="forbidden")
    if pair.state != Duplicate.State.OPEN:
        raise RuleBroken(_("Somebody has decided about this pair already."))


def _check_nothing_pending(merged) -> None:
    if Handover.objects.pending().filter(client=merged).exists():
        raise RuleBroken(_("A handover of the other file is under way; please finish it first."))
    if Referral.objects.waiting().filter(client=merged).exists():
        raise RuleBroken(_("A referral of the other file waits for an answer."))


def undo_until(merge):
    """The last moment at which a merge can be taken back (rules C5)."""
    day = clock.local(merge.made_at).date()
    return clock.end_of_day(day + timedelta(days=bank.read("merge.undo_days", on=day)))


def check_undo(person, merge, *, at) -> None:
    """Raise RuleBroken unless the merge can be taken back now."""
    if not may_merge(person, merge.kept, merge.merged):
        raise RuleBroken(_("Only a head of both outlets merges files."), code="forbidden")
    if merge.kept.locked_at or merge.merged.locked_at:
        raise RuleBroken(_("This file was locked or erased; its merges stay as they are."))
    if merge.undone_at:
        raise RuleBroken(_("This merge was taken back already."))
    if at > undo_until(merge):
        raise RuleBroken(_("This merge is too old to be taken back."))
    both = (merge.kept_id, merge.merged_id)
    later = Merge.objects.filter(undone_at__isnull=True, pk__gt=merge.pk)
    if later.filter(Q(kept__in=both) | Q(merged__in=both)).exists():
        raise RuleBroken(_("A later merge of this client must be taken back first."))
