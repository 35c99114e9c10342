"""The morning digest: one mail a working day to everybody who has clients to contact (rules F8).

Masked names, tier, reason and a link; never a phone, an amount or what somebody typed.
"""

from dataclasses import replace
from datetime import time

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.appointments import ics
from clients.appointments.queries import visits_on
from clients.book.models import asked_once
from clients.desk.fitting import fit_my_day
from clients.desk.pending import pending
from clients.desk.reminders.rows import ROWS, Row, Section, absolute, of_client, reason_of
from clients.desk.request_events import promises_of
from clients.desk.today import MOST, OVERDUE, agenda, describe, one_line_each
from clients.desk.waiting import waiting_for
from clients.followups.models import FollowUp
from clients.requests.models import ClientRequest
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.models import Absence, Letter, Staff
from managers.outbox.actions import post_to_all
from managers.outbox.letters import CalendarPart, planner, register

KIND = "morning-digest"
NOON = time(12)


@planner
def plan_digests(at) -> int:
    """Post the digests of a working day once its hour has come; returns how many are new.

    After a standstill there is one for today, not one for each day that was missed.
    """
    return plan_daily(KIND, "digest.time", at)


def plan_daily(kind: str, hour: str, at) -> int:
    """Post a mail of each working day to its `recipients` once the hour of a setting has come."""
    today = clock.local(at).date()
    due = clock.at_time(today, time.fromisoformat(bank.read(hour, on=today)))
    if at < due or not work_calendar().is_workday(today):
        return 0
    about = _about(today)
    have_one = Letter.objects.filter(kind=kind, about=about).values("recipient")
    people = recipients(today, due).exclude(pk__in=have_one).order_by("pk")
    return post_to_all(kind, people.values_list("pk", flat=True), due=due, about=about, at=at)


def morning_digest(letter) -> dict | None:
    """Content of the mail as things stand when it leaves; None when nothing is left to do."""
    at, person = clock.now(), letter.recipient
    if letter.about != _about(clock.local(at).date()):
        return None  # a digest of yesterday helps nobody
    with asked_once(person):
        return _content(person, at)


def _content(person, at) -> dict | None:
    today = clock.local(at).date()
    there = pending(person, at=at)
    items = list(agenda(person, at=at).for_mail()[:MOST])
    promises = promises_of(person, at=at) if there.promises else []
    if not items and not promises:
        return None
    late = [item for item in items if item.urgency == OVERDUE]
    broken = [one.item for one in promises if one.is_late]
    visits = list(visits_on(person, today)) if there.visits else []
    waits = waiting_for(person, at=at) if there.answers else []
    fitted = fit_my_day(items, visits, at=at)
    return {
        "now": at,
        "clients": len({item.client_id for item in (*items, *(one.item for one in promises))}),
        "late": len({item.client_id for item in (*late, *broken)}),
        "is_required": any(item.due_on < today for item in (*late, *broken)),
        "first": _first(items, promises, person, at),
        **_calendar(fitted.stretches, at=at),
        "sections": [*promised(promises), *_sections(items, waits, fitted, person, at)],
        "today_url": absolute("today"),
        "sent_at": bank.read("digest.time", on=today),
    }


def _first(items, promises, person, at) -> Row:
    """What the mail says to begin with: a late promise, else the first of the list (rules F11)."""
    if promises and (promises[0].is_late or not items):
        return _promise_row(promises[0])
    return row_of(items[0], person, at)


def promised(promises) -> list[Section]:
    """What clients were promised for today or before stands above the whole list (rules F11)."""
    if not promises:
        return []
    tone = "late" if promises[0].is_late else "soon"
    rows = [_promise_row(one) for one in promises[:ROWS]]
    title = _("Promised to clients")
    return [Section(title, tone, len(promises), rows, absolute("today"))]


def _promise_row(promise) -> Row:
    item = promise.item
    reason = _("Tell the answer") if item.state == ClientRequest.State.ANSWERED else _("Answer")
    url = absolute("request", item.pk)
    tone = "late" if promise.is_late else ""
    return of_client(item.client, reason=reason, when=promise.due, url=url, tone=tone)


def _calendar(stretches, *, at) -> dict:
    """The proposed hours for the person's own calendar, with nobody's name; {} without any."""
    if not stretches:
        return {}
    hours = [(stretch.begins, stretch.ends, _calls(len(stretch.calls))) for stretch in stretches]
    text = ics.hours(hours, url=absolute("today"), at=at)
    return {"calendar": CalendarPart(text, ics.PUBLISH)}


def _calls(number: int) -> str:
    return ngettext("%(number)d call", "%(number)d calls", number) % {"number": number}


def _about(day) -> str:
    return f"day:{day}"


def recipients(today, due):
    """Owners of what is due or promised, and instead of those away the deputies (rules E8)."""
    owed = FollowUp.objects.open().due_by(today).filter(created_at__lt=due)
    promises = ClientRequest.objects.open().due_by(today).filter(asked_at__lt=due)
    owners = {
        pk
        for rows in (owed, promises)
        for pk in rows.order_by().values_list("owner", flat=True).distinct()
    }
    absent = Absence.objects.on(today).filter(staff__in=owners, deputy__is_active=True)
    covered = list(absent.values_list("staff", "deputy"))
    present = owners - {staff for staff, _deputy in covered}
    deputies = {deputy for _staff, deputy in covered}
    return Staff.objects.filter(pk__in=present | deputies, is_active=True)


def _sections(items, waits, fitted, person, at) -> list[Section]:
    today = absolute("today")
    lines = one_line_each(items)
    late = [line for line in lines if line[0].urgency == OVERDUE]
    others = [line for line in lines if line[0].urgency != OVERDUE]
    timed = [line for line in others if line[0].from_time]
    groups = [
        (_("Overdue"), "late", late),
        (_("This morning"), "soon", [line for line in timed if line[0].from_time < NOON]),
        (_("This afternoon"), "", [line for line in timed if line[0].from_time >= NOON]),
        (_("Any time today"), "", [line for line in others if not line[0].from_time]),
    ]
    why_not = {one.item.pk: one.why for one in fitted.left_out}
    sections = [
        Section(
            title,
            tone,
            len(found),
            [_row(line, person, at, why_not) for line in found[:ROWS]],
            today,
        )
        for title, tone, found in groups
    ]
    answers = [_waiting_row(wait) for wait in waits[:ROWS]]
    sections.append(Section(_("Waiting for your answer"), "", len(waits), answers, today))
    hours = [_hours_row(stretch, today) for stretch in fitted.stretches]
    sections.append(Section(_("Fit my day"), "", len(hours), hours[:ROWS], today))
    return [section for section in sections if section.count]


def row_of(item, person, at) -> Row:
    """The line of a follow-up that `agenda` found."""
    call = describe(item, person, at=at)
    tone = call.tone if item.urgency == OVERDUE else ""
    url = f"{absolute('today')}?open={item.pk}"
    return of_client(item.client, reason=reason_of(item), when=call.due, url=url, tone=tone)


def _row(line, person, at, why_not) -> Row:
    """A client with all that one talk answers, and the reason for which no hour is offered."""
    row = row_of(line[0], person, at)
    reason = " + ".join(reason_of(item) for item in line)
    why = next((why_not[item.pk] for item in line if item.pk in why_not), "")
    return replace(row, reason=f"{reason} · {why}" if why else reason)


def _hours_row(stretch, url) -> Row:
    when = f"{stretch.begins:%H:%M}–{stretch.ends:%H:%M}"
    return Row(name=_calls(len(stretch.calls)), reason="", when=when, url=url)


def _waiting_row(wait) -> Row:
    return Row(
        name=wait.masked_name,
        tier=wait.tier,
        tier_label=wait.tier_label,
        reason=wait.summary,
        when=wait.due,
        tone=wait.tone,
        url=settings.SITE_URL + wait.href,
    )


register(KIND, morning_digest, title=gettext_lazy("Digest of the morning"))
