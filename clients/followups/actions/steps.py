"""What the actions have in common; the caller holds the client's lock and has asked who may."""

from django.db.models import Min
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.file.models import Preferences
from clients.followups import rules
from clients.followups.actions import days
from clients.followups.calls import check_one_call
from clients.followups.hours import check_hours, due_day_of
from clients.followups.models import FollowUp
from crm import words
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import record
from managers.people.heads import head_of
from managers.people.models import Post, Staff

State = FollowUp.State
PRIORITY = FollowUp._meta.get_field("priority").default


def locked(follow_up, version) -> FollowUp:
    """The follow-up with its client, both locked; raise Stale unless open and as it was seen."""
    [client] = lock_many(Client, [follow_up.client_id])
    follow_up = lock(follow_up)
    follow_up.client = client
    if follow_up.state != State.OPEN:
        raise Stale(
            _("This follow-up is closed already: %(state)s, %(day)s.")
            % {"state": follow_up.get_state_display(), "day": words.day(follow_up.closed_at)}
        )
    if version is not None and follow_up.version != version:
        raise Stale(_("This follow-up has changed since you opened it; please look again."))
    return follow_up


def book(
    client,
    *,
    channel,
    due_on,
    trigger,
    by,
    at,
    owner=None,
    purpose="",
    priority=PRIORITY,
    rule="",
    from_time=None,
    to_time=None,
    step=None,
    series=None,
    excluded=None,
    event_key="",
) -> FollowUp:
    """Check the rules of a new follow-up and write it."""
    today = clock.local(at).date()
    owner = owner or client.owner
    if owner is None:
        raise RuleBroken(_("The client has no relationship manager yet."))
    check_reader(owner, client)
    rules.check_contactable(client, trigger)
    rules.check_day(due_on, today=today)
    likes = Preferences.objects.filter(client=client).first() if from_time else None
    check_hours(client, channel, due_on, from_time, to_time, likes=likes, on=today)
    wanted, agreed = due_on, bool(from_time)
    how = {"channel": channel, "trigger": trigger, "agreed_time": agreed}
    due_on = due_day_of(client, wanted, **how, today=today)
    rules.check_single(client, trigger, due_on, event_key=event_key)
    check_one_call(client, channel=channel, trigger=trigger, day=due_on, agreed=agreed)
    follow_up = FollowUp.objects.create(
        client=client,
        owner=owner,
        channel=channel,
        trigger=trigger,
        step=step,
        series=series,
        excluded=excluded,
        event_key=event_key,
        purpose=purpose.strip(),
        priority=priority,
        rule=rule,
        due_on=due_on,
        first_due_on=due_on,
        wanted_on=wanted if wanted != due_on else None,
        due_at=rules.due_moment(due_on, from_time, to_time),
        from_time=from_time,
        to_time=to_time,
        created_by=by,
        created_at=at,
    )
    days.make_way([client], today=today)
    keep_next_due(client)
    record("follow_up.booked", follow_up, by=by, at=at, client=client.pk, due_on=due_on)
    return follow_up


def close(follow_up, state, *, at) -> None:
    """End a follow-up."""
    follow_up.state, follow_up.closed_at = state, at
    save(follow_up, "state", "closed_at", "cancel_reason")


def call_off(follow_up, reason, *, by, at) -> None:
    """Cancel a follow-up; the reason stays with it."""
    follow_up.cancel_reason = reason
    close(follow_up, State.CANCELLED, at=at)
    record("follow_up.cancelled", follow_up, by=by, at=at, client=follow_up.client_id)


def due_later(follow_up, day, *, wanted=None) -> None:
    """Write another due day, with the moment that follows from it; `wanted` was asked for."""
    follow_up.due_on = day
    follow_up.wanted_on, follow_up.gave_way = wanted if wanted != day else None, False
    follow_up.due_at = rules.due_moment(day, follow_up.from_time, follow_up.to_time)
    save(follow_up, "due_on", "due_at", "wanted_on", "gave_way", "first_due_on", "snoozes")


def move(follow_up, *, to, by, at) -> None:
    """Give a follow-up to another person, with a note of whose it was."""
    was = follow_up.owner_id
    follow_up.owner, follow_up.taken_from_id = to, was
    save(follow_up, "owner", "taken_from")
    client = follow_up.client_id
    record("follow_up.moved", follow_up, by=by, at=at, client=client, was=was, now=to.pk)


def save(follow_up, *fields) -> None:
    """Write these fields; whoever still looks at the version before will be told."""
    follow_up.version += 1
    follow_up.save(update_fields=[*fields, "version"])


def check_reader(person, client) -> None:
    """Raise RuleBroken unless the person may open the client's file."""
    if person.pk == client.owner_id:
        return
    if not Client.objects.visible_to(person).filter(pk=client.pk).exists():
        raise RuleBroken(
            _("%(name)s may not open this client's file.") % {"name": words.plain_name(person)}
        )


def instead_of(person, client, *, at) -> Staff | None:
    """The head who makes a contact that this person must not make (rules F2)."""
    without, on = [client.person_id, person.pk], clock.local(at).date()
    return head_of(client.outlet, on=on, first=Post.BRANCH_HEAD, without=without)


def keep_next_due(client) -> None:
    """Write the earliest due moment of the open follow-ups to the client."""
    due = FollowUp.objects.open().filter(client=client).aggregate(due=Min("due_at"))["due"]
    client.next_due_at = due or clock.SOMEDAY
    client.save(update_fields=["next_due_at"])
