"""The reminder half an hour before a call that was agreed for an hour (rules F8)."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.desk.reminders.desks import holders
from clients.desk.reminders.rows import absolute, reason_of
from clients.followups.models import FollowUp, Trigger
from crm import bank, words
from crm.lib import clock
from managers.inbox.actions import notify
from managers.inbox.kinds import Told
from managers.inbox.kinds import register as register_notice
from managers.outbox.actions import post
from managers.outbox.letters import planner, register

KIND = "call-soon"
AGREED = (Trigger.MANUAL, Trigger.CALLBACK)  # what planners time is a window, not an appointment


@planner
def plan_soon(at) -> int:
    """Tell of agreed calls that begin within half an hour; returns how many mails are new.

    A call whose hour has passed is not told of any more: the evening's summary has it.
    """
    local = clock.local(at)
    ahead = timedelta(minutes=bank.read("calls.soon", on=local.date()))
    rows = FollowUp.objects.open().filter(
        trigger__in=AGREED, due_on=local.date(), due_at__gte=at, from_time__gt=local.time()
    )
    if (local + ahead).date() == local.date():
        rows = rows.filter(from_time__lte=(local + ahead).time())
    items = list(rows.select_related("owner"))
    people = holders({item.owner for item in items}, on=local.date())
    return sum(_remind(item, people[item.owner_id], ahead, at) for item in items)


def _remind(item, person, ahead, at) -> bool:
    begins = clock.at_time(item.due_on, item.from_time)
    key = f"{item.pk}:{begins.isoformat()}"
    notify(KIND, to=person, about=item, key=key, at=at)
    context = {"follow_up": item.pk}
    about = f"follow-up:{item.pk}"
    return bool(post(KIND, to=person, due=begins - ahead, about=about, at=at, **context))


def call_soon(letter) -> dict | None:
    """Content of the mail; None once the call is done, put off, or its hour has come."""
    at = clock.now()
    rows = FollowUp.objects.open().on_the_desk_of(letter.recipient).for_list()
    item = rows.filter(pk=letter.context["follow_up"], from_time__isnull=False).first()
    if item is None or item.client.locked_at:
        return None
    begins = clock.at_time(item.due_on, item.from_time)
    ahead = timedelta(minutes=bank.read("calls.soon", on=item.due_on))
    if begins - ahead != letter.due_at or begins <= at:
        return None
    told = {
        "hour": words.hour(begins),
        "client": words.masked_name(item.client),
        "tier": item.client.get_tier_display(),
        "reason": reason_of(item),
    }
    return {
        "subject": _("%(hour)s: %(client)s expects you") % told,
        "lead": _("%(client)s (%(tier)s), %(reason)s, at %(hour)s.") % told,
        "button": _("Open the call"),
        "url": f"{absolute('today')}?open={item.pk}",
    }


def told_soon(notifications) -> dict[int, Told]:
    """What the inbox says of it."""
    rows = FollowUp.objects.visible_to(notifications[0].to).filter(from_time__isnull=False)
    rows = rows.for_list()
    found = rows.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: _told(found[int(row.about_id)])
        for row in notifications
        if int(row.about_id) in found
    }


def _told(item) -> Told:
    begins = clock.at_time(item.due_on, item.from_time)
    told = {"hour": words.hour(begins), "client": words.masked_name(item.client)}
    return Told(
        title=_("%(hour)s: %(client)s expects you") % told,
        text=reason_of(item),
        url=f"{reverse('today')}?open={item.pk}",
        icon="phone",
    )


register(KIND, call_soon, template="reminder", title=gettext_lazy("Before an agreed call"))
register_notice(KIND, told_soon)
