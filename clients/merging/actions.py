"""Make two files one, and two again.

Nothing is overwritten or deleted: values that the kept file takes are exchanged, rows that go are
written down by their ids, and the merged file stays, closed and pointing at the kept one.
"""

from django.db import transaction
from django.db.models import Min, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from clients.assets.actions import recount
from clients.book.merged import below
from clients.book.models import Client, Duplicate, Holding, State
from clients.followups.models import FollowUp, Trigger
from clients.lobby import actions as lobby
from clients.merging import moves, rules
from clients.merging.models import Merge
from clients.prospecting import actions as prospecting
from clients.requests import actions as requests
from crm.lib import clock
from crm.lib.db import lock, lock_many
from managers.audit.actions import record

# What a head may take from the other file, and the columns that go along.
FIELDS = {
    "name": ("name", "pinyin", "joined_pinyin", "initials"),
    "sex": ("sex",),
    "birth_date": ("birth_date",),
    "phone": ("phone", "phone_index", "phone_last4"),
    "email": ("email",),
    "identity_no": ("identity_no", "identity_index", "identity_until"),
    "address": ("address",),
    "client_since": ("client_since",),
}
_LEADS = "clients.lead.client"
_OPEN, _CANCELLED = FollowUp.State.OPEN, FollowUp.State.CANCELLED


@transaction.atomic
def merge(kept, merged, *, take=(), by, at) -> Merge:
    """Take `merged` into `kept`: rows go over, empty fields are filled, `take` names the others.

    Owner, outlet and state are the kept file's; assets, months and what they lead to are those of
    both together; who asked in one file not to be contacted is left in peace; a prospect who was
    given up in one alone is won on as in the other. Raises RuleBroken as `rules.check_merge` says
    (rules C5).
    """
    kept, merged = _both(kept, merged)
    rules.check_merge(by, kept, merged)
    was = _columns(kept), _columns(merged)
    exchanged = _exchange(kept, merged, fields_to_take(kept, merged, take))
    # Before rows go: what clashes on the other side is settled first.
    follow_ups = _settle_follow_ups(kept, merged, at=at)
    _rename_holdings(merged)
    moved = {}
    for field in moves.relations():
        if gone := moves.move(field, source=merged, target=kept):
            moved[moves.key(field)] = gone
    added = sorted(set(merged.profile) - set(kept.profile))
    kept.profile = {name: merged.profile[name] for name in added} | kept.profile
    kept.aum += merged.aum
    kept.last_contact_at = max(kept.last_contact_at, merged.last_contact_at)
    kept.restricted = kept.restricted or merged.restricted
    kept.person_id = kept.person_id or merged.person_id
    leads = _go_on_winning(kept, merged, moved)
    merged.state, merged.merged_into = State.CLOSED, kept
    _save(kept, merged)
    _requests_to_owner(kept, by=by, at=at)
    recount(kept, at=at)
    identified = lobby.count_person_once(below([kept.pk])[kept.pk], by=by, at=at)
    changed = [
        _changes(before, now)
        for before, now in zip(was, (_columns(kept), _columns(merged)), strict=True)
    ]
    made = Merge.objects.create(
        kept=kept,
        merged=merged,
        exchanged=exchanged,
        moved=moved,
        set={
            "kept": changed[0],
            "merged": changed[1],
            "facts": added,
            "follow_ups": follow_ups,
            "identified": identified,
            "leads": leads,
        },
        made_by=by,
        made_at=at,
    )
    _decide(kept, merged, Duplicate.State.MERGED, by=by)
    _tell("client.merged", made, by=by, at=at)
    return made


@transaction.atomic
def undo(made, *, by, at) -> Merge:
    """Make two files of one again, within the days of `merge.undo_days`.

    What was changed or added since then keeps: rows stay where they were written, and a value that
    somebody corrected goes back with the file that it came from; assets and holdings are those of
    each file's own number. Raises RuleBroken as `rules.check_undo` says.
    """
    kept, merged = _both(made.kept, made.merged)
    made = lock(made)
    made.kept, made.merged = kept, merged
    rules.check_undo(by, made, at=at)
    merged.merged_into = None
    kept.aum -= merged.aum
    _give_holdings_back(kept, merged)
    for field in moves.relations():
        gone = made.moved.get(moves.key(field), [])
        moves.move(field, source=kept, target=merged, only=gone)
    _restore_follow_ups(made)
    for name in made.set["facts"]:
        if kept.profile.get(name) == merged.profile.get(name):
            kept.profile.pop(name, None)
    for client, side in ((kept, "kept"), (merged, "merged")):
        _restore(client, made.set[side])
    _exchange(kept, merged, made.exchanged)
    if made.set.get("leads"):
        prospecting.exchange_leads(kept, merged)
    _save(kept, merged)
    _requests_to_owner(merged, by=by, at=at)
    recount(kept, at=at)
    # Merges from before points were looked at have none.
    lobby.count_apart_again(made.set.get("identified", []), key=made.pk, by=by, at=at)
    made.undone_by, made.undone_at = by, at
    made.save(update_fields=["undone_by", "undone_at"])
    _decide(kept, merged, Duplicate.State.OPEN, by=None)
    _tell("client.unmerged", made, by=by, at=at)
    return made


@transaction.atomic
def keep_apart(pair, *, by, at) -> Duplicate:
    """A head says that two files are about two people; nobody is asked again (rules C5)."""
    pair = lock(pair)
    rules.check_pair(by, pair)
    pair.state, pair.decided_by = Duplicate.State.DISTINCT, by
    pair.save(update_fields=["state", "decided_by"])
    record("duplicate.distinct", pair, by=by, at=at, client=pair.second_id, other=pair.first_id)
    return pair


def fields_to_take(kept, merged, wanted=()) -> list[str]:
    """The named fields and those that only the other file fills; an empty one is never taken."""
    return [
        name
        for name in FIELDS
        if getattr(merged, name) and (name in wanted or not getattr(kept, name))
    ]


def _both(kept, merged) -> tuple[Client, Client]:
    found = {client.pk: client for client in lock_many(Client, {kept.pk, merged.pk})}
    return found[kept.pk], found[merged.pk]


def _exchange(kept, merged, fields) -> list[str]:
    for name in fields:
        for column in FIELDS[name]:
            mine, theirs = getattr(kept, column), getattr(merged, column)
            setattr(kept, column, theirs)
            setattr(merged, column, mine)
    return list(fields)


def _columns(client) -> dict:
    """Plain columns that a merge sets, as JSON keeps them."""
    return {
        "state": client.state,
        "do_not_contact": client.do_not_contact,
        "last_contact_at": client.last_contact_at.isoformat(),
        "restricted": client.restricted,
        "person_id": client.person_id,
        "given_up_at": client.given_up_at and client.given_up_at.isoformat(),
    }


def _changes(before: dict, now: dict) -> dict:
    return {name: [before[name], now[name]] for name in before if before[name] != now[name]}


def _restore(client, changed: dict) -> None:
    """Give the client the values of before, but for what has changed since."""
    now = _columns(client)
    for name, (before, after) in changed.items():
        if now[name] == after:
            value = Client._meta.get_field(name).to_python(before)
            setattr(client, name, value)


def _save(*clients) -> None:
    """Write the clients with their next due moments, and count the version up."""
    for client in clients:
        due = FollowUp.objects.open().filter(client=client).aggregate(due=Min("due_at"))["due"]
        client.next_due_at = due or clock.SOMEDAY
        client.version += 1
        client.save()


def _settle_follow_ups(kept, merged, *, at) -> dict:
    """Open follow-ups that the kept file has no room for are called off, the others change hands.

    Returns what they were: state and owner by id.
    """
    if merged.do_not_contact or kept.do_not_contact:
        kept.do_not_contact = True
    mine = FollowUp.objects.open().filter(client=kept)
    taken = set(mine.values_list("trigger", "due_on", "event_key"))
    settled = {}
    for item in FollowUp.objects.open().filter(client__in=[kept, merged]).order_by("pk"):
        is_theirs = item.client_id == merged.pk
        left_in_peace = kept.do_not_contact and item.trigger != Trigger.CALLBACK
        was = [item.state, item.owner_id]
        reason = (item.trigger, item.due_on, item.event_key)
        if left_in_peace or (is_theirs and reason in taken):
            item.state, item.closed_at = _CANCELLED, at
            item.cancel_reason = _("Two files of this client were merged.")
        elif is_theirs and kept.owner_id and kept.owner_id != item.excluded_id:
            item.owner_id = kept.owner_id
        if was != [item.state, item.owner_id]:
            settled[str(item.pk)] = [*was, item.owner_id]
            item.version += 1
            item.save()
    return settled


def _go_on_winning(kept, merged, moved) -> bool:
    """A prospect is given up only if both files were; returns whether the leads changed places.

    "No interest" never goes with the rows: of one file it says nothing about the other.
    """
    if (kept.given_up_at is None) == (merged.given_up_at is None):
        return False
    was_given_up = kept.given_up_at is not None
    if was_given_up or moved.pop(_LEADS, None):
        prospecting.exchange_leads(kept, merged)
    kept.given_up_at = None
    return was_given_up


def _restore_follow_ups(made) -> None:
    """Reopen what the merge called off and give back what changed hands, unless it is done."""
    settled = made.set["follow_ups"]
    for item in FollowUp.objects.filter(pk__in=settled).order_by("pk"):
        state, owner, taker = settled[str(item.pk)]
        if item.state == _CANCELLED and item.closed_at == made.made_at and state == _OPEN:
            item.state, item.closed_at, item.cancel_reason = _OPEN, None, ""
        if item.state == _OPEN and item.owner_id == taker:
            item.owner_id = owner
        item.version += 1
        item.save()


def _requests_to_owner(client, *, by, at) -> None:
    """Whoever owns the file is in charge of what the client asked in either."""
    if client.owner_id:
        requests.move_open(client, to=client.owner, by=by, at=at)


def _rename_holdings(merged) -> None:
    """Say in the keys whose they are: the other file may have holdings of the same keys."""
    holdings = Holding.objects.filter(client=merged)
    holdings.update(source_key=Concat("source_key", Value(moves.merge_mark(merged.pk))))


def _give_holdings_back(kept, merged) -> None:
    """Those that went with the merge, and those that were imported for the file since."""
    mark = moves.merge_mark(merged.pk)
    holdings = list(Holding.objects.filter(client=kept, source_key__endswith=mark))
    for holding in holdings:
        holding.client, holding.source_key = merged, holding.source_key.removesuffix(mark)
    Holding.objects.bulk_update(holdings, ["client", "source_key"], batch_size=500)


def _decide(kept, merged, state, *, by) -> None:
    first, second = sorted((kept.pk, merged.pk))
    pairs = Duplicate.objects.filter(first=first, second=second)
    pairs.update(state=state, decided_by=by)


def _tell(verb, made, *, by, at) -> None:
    """Record the act for both files: ids, field names and counts."""
    facts = {
        "merge": made.pk,
        "exchanged": made.exchanged,
        "moved": {name: len(ids) for name, ids in made.moved.items()},
    }
    record(verb, made.kept, by=by, at=at, client=made.kept_id, other=made.merged_id, **facts)
    record(verb, made.merged, by=by, at=at, client=made.merged_id, other=made.kept_id, **facts)
