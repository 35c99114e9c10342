"""Lists of leads, and how far the prospects of marketing RMs are, and today's visits to them."""

from datetime import time, timedelta

from clients.appointments.models import Appointment, Slot
from clients.book.models import Client, State
from clients.models import FirstVisit, Lead, LeadList
from clients.prospecting.models import Stage
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people.models import Post

_SOURCES = {"en": "Autumn fair", "zh-hans": "秋季展会"}
_NEEDS = {"en": "Wants a safe place for two years", "zh-hans": "希望两年稳健增值"}
_SOURCE = {"en": "Met at the autumn fair", "zh-hans": "秋季展会结识"}
_REASON = {"en": "Stays with another bank", "zh-hans": "暂不更换银行"}
_PLACES = {
    "en": (
        "Lakeside Garden, clubhouse",
        "Chamber of commerce",
        "Silk market",
        "Nanhu school",
    ),
    "zh-hans": ("湖畔花园会所", "市商会", "丝绸市场四号办公楼", "南湖学校"),
}
_HOURS = (time(10, 30), time(13, 30), time(15), time(16, 30))
_STAGES = (Stage.NEW, Stage.CONTACTED, Stage.CONTACTED, Stage.VISITED, Stage.QUALIFIED, Stage.LOST)


def build(dice, cast, *, now, language):
    """Each head asks the marketing RMs for twenty prospects; some of theirs came from it."""
    due_on = work_calendar().add_working_days(clock.local(now).date(), 15)
    for posts in cast.values():
        heads = posts.get(Post.BRANCH_HEAD.value, [])
        for person in posts.get(Post.MARKETING_RM.value, []):
            if heads:
                _leads(dice, heads[0], person, due_on, now=now, language=language)
            _visits_outside(person, now=now, language=language)


def _leads(dice, head, person, due_on, *, now, language):
    made = LeadList.objects.create(
        name=_SOURCES[language],
        unit=person.current_unit,
        given_by=head,
        given_to=person,
        quota=20,
        due_on=due_on,
        given_at=now - timedelta(days=9),
    )
    for client in Client.objects.filter(owner=person, state=State.PROSPECT).order_by("pk"):
        stage = dice.choice(_STAGES)
        since = max(client.responsible_since, now - timedelta(days=dice.randint(1, 25)))
        reason = _REASON[language] if stage == Stage.LOST else ""
        from_list = made if dice.random() < 0.6 else None
        Lead.objects.create(
            client=client, lead_list=from_list, stage=stage, since=since, lost_reason=reason
        )
        if stage in (Stage.VISITED, Stage.QUALIFIED):
            told = {"needs": _NEEDS[language], "source": _SOURCE[language]}
            met_on = clock.local(since).date()
            FirstVisit.objects.create(client=client, recorded_by=person, met_on=met_on, **told)


def _visits_outside(person, *, now, language):
    """Today's visits to prospects where they are."""
    prospects = Client.objects.filter(owner=person, state=State.PROSPECT).order_by("pk")
    for client, place, hour in zip(prospects, _PLACES[language], _HOURS, strict=False):
        starts_at = clock.at_time(clock.local(now).date(), hour)
        span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=45)}
        visit = Appointment.objects.create(
            client=client,
            host=person,
            place=place,
            state="confirmed",
            booked_by=person,
            booked_at=now - timedelta(days=1),
            **span,
        )
        Slot.objects.create(appointment=visit, staff=person, **span)
