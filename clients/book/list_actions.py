"""Everything that changes tags and saved views."""

from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.book.models import Client, SavedView, Tag, Tagging
from crm.lib.errors import RuleBroken
from managers.audit.actions import record, record_many
from managers.people import scope
from managers.people.scope import Right

MOST = 500  # clients in one act on a selection
# What a view keeps of an address. Never what was searched for: that may be a phone number.
IN_A_VIEW = (
    "owner",
    "org_unit",
    "tier",
    "state",
    "min_aum",
    "max_aum",
    "last_contact_before",
    "next_due_before",
    "watch",
    "unassigned",
    "tag",
    "sort",
    "size",
)


@transaction.atomic
def tag_many(clients, *, name, shared, by, at) -> list[tuple[int, str]]:
    """Put a tag on clients whose file the person may open; it is made where there is none.

    Returns (client id, refusal), "" where the client has the tag now; at most `MOST` clients. A
    shared tag belongs to the person's outlet. Raises RuleBroken for an empty name.
    """
    wanted = sorted(set(clients))[:MOST]
    tag = _own_or_shared(Tag, name, shared=shared, by=by, at=at)
    seen = set(Client.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", flat=True))
    there = set(Tagging.objects.filter(tag=tag, client__in=seen).values_list("client", flat=True))
    new = [
        Tagging(tag=tag, client_id=pk, tagged_by=by, tagged_at=at) for pk in sorted(seen - there)
    ]
    Tagging.objects.bulk_create(new, ignore_conflicts=True)
    who = {"by": by, "at": at}
    clients_of = [Client(pk=tagging.client_id) for tagging in new]
    record_many("client.tagged", clients_of, client=lambda row: row.pk, tag=tag.pk, **who)
    return [(pk, "" if pk in seen else _("There is no such client.")) for pk in wanted]


@transaction.atomic
def untag(client, tag, *, by, at) -> None:
    """Take a tag off a client; one that is on nobody any more is gone."""
    Tagging.objects.filter(client=client, tag=tag).delete()
    record("client.untagged", client, by=by, at=at, client=client.pk, tag=tag.pk)
    if not tag.taggings.exists():
        tag.delete()


@transaction.atomic
def save_view(*, name, asked, shared, by, at) -> SavedView:
    """Keep the filters of an address under a name; the same name again replaces them."""
    query = urlencode([(key, asked[key]) for key in IN_A_VIEW if asked.get(key)])
    if not query:
        raise RuleBroken(_("Please set a filter first: this is the whole list."))
    if len(query) > SavedView._meta.get_field("query").max_length:
        raise RuleBroken(_("These filters are too long to keep."))
    view = _own_or_shared(SavedView, name, shared=shared, by=by, at=at)
    if view.query and not may_drop(by, view):
        raise RuleBroken(_("A colleague shares a view of this name."), fields={"name": name})
    view.query = query
    view.save(update_fields=["query"])
    record("view.saved", view, by=by, at=at)
    return view


@transaction.atomic
def drop_view(view, *, by, at) -> None:
    """Forget a view: one's own, or as a head one that is shared. Raises RuleBroken for others'."""
    if not may_drop(by, view):
        raise RuleBroken(_("Only who saved this view, or the head, removes it."))
    record("view.dropped", view, by=by, at=at)
    view.delete()


def may_drop(person, kept) -> bool:
    """Whether a view or tag is the person's own, or shared where the person is the head."""
    if kept.owner_id == person.pk:
        return True
    return scope.units(person, Right.ASSIGN).filter(pk=kept.unit_id).exists()


def _own_or_shared(model, name, *, shared, by, at):
    """The row of this name, made where there is none."""
    name = " ".join(name.split())[:40]
    if not name:
        raise RuleBroken(_("Please give it a name."), fields={"name": _("Please give it a name.")})
    unit = by.current_unit if shared else None
    place = Q(unit=unit) if unit else Q(unit__isnull=True, owner=by)
    found = model.objects.filter(place, name=name).first()
    return found or model.objects.create(name=name, owner=by, unit=unit, created_at=at)
