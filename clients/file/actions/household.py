"""Who belongs to a client's household, and who decides there."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Household, Member
from clients.file.actions.entries import as_seen, own
from crm.lib.db import lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record


@transaction.atomic
def join(client, other, *, relation, by, at, decides=False) -> Member:
    """Put another client into the household of this one (rules C7).

    Both files must be the person's to edit; whoever belongs to another household leaves it first.
    """
    if client.pk == other.pk:
        raise RuleBroken(_("Nobody is related to themselves."))
    lock_many(type(client), [client.pk, other.pk])
    client, other = own(client, by), own(other, by)
    mine = Member.objects.filter(client=client).first()
    theirs = Member.objects.filter(client=other).first()
    if mine and theirs and mine.household_id == theirs.household_id:
        raise RuleBroken(
            _("This client belongs to the household already: correct the place there.")
        )
    if mine is None:
        household = theirs.household if theirs else Household.objects.create()
        mine = _place(client, household, Member.Relation.HOLDER)
    if theirs is None:
        theirs = _place(other, mine.household, relation)
    if theirs.household_id != mine.household_id:
        raise RuleBroken(_("This client belongs to another household."))
    theirs.relation, theirs.decides = relation, decides
    theirs.version += 1
    theirs.save(update_fields=["relation", "decides", "version"])
    facts = {"other": other.pk, "relation": relation, "decides": decides}
    record("household.joined", mine.household, by=by, at=at, client=client.pk, **facts)
    return theirs


@transaction.atomic
def correct_place(place, *, version, relation, decides, by, at) -> Member:
    """Correct a place; raises Stale when somebody changed it since `version`, else as `join`."""
    own(place.client, by)
    place = as_seen(place, version)
    wanted = {"relation": relation, "decides": decides}
    fields = sorted(name for name, value in wanted.items() if getattr(place, name) != value)
    if not fields:
        return place
    place.relation, place.decides = relation, decides
    place.version += 1
    place.save(update_fields=["relation", "decides", "version"])
    facts = {"other": place.client_id, "relation": relation, "decides": decides}
    record("household.edited", place.household, by=by, at=at, client=place.client_id, **facts)
    return place


@transaction.atomic
def leave(client, *, by, at) -> None:
    """Take a client out of the household; one that has a single member left is no household."""
    client = own(client, by)
    place = Member.objects.filter(client=client).select_related("household").first()
    if place is None:
        return
    household = place.household
    record("household.left", household, by=by, at=at, client=client.pk)
    place.delete()
    if household.members.count() < 2:
        household.delete()


def _place(client, household, relation) -> Member:
    return Member.objects.create(client=client, household=household, relation=relation)
