"""The mail and the notice on coming back from days that somebody covered (rules E8, F8)."""

from datetime import time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from clients.desk.away import back_on, last_away, news_since
from clients.desk.reminders.rows import ROWS, Section, absolute, of_client
from crm import bank, words
from crm.lib import clock
from managers.inbox.actions import notify
from managers.inbox.kinds import Told
from managers.inbox.kinds import register as register_notice
from managers.models import Absence
from managers.outbox.actions import post
from managers.outbox.letters import planner, register

KIND = "while-away"
LATEST = timedelta(days=14)  # a return that nobody told of until then is told of no more


@planner
def plan_returns(at) -> int:
    """Tell whoever is back at work what happened; returns how many mails are new."""
    today = clock.local(at).date()
    covered = Absence.objects.filter(deputy__isnull=False, staff__is_active=True)
    ended = covered.filter(last_day__lt=today, last_day__gte=today - LATEST)
    rows = ended.exclude(staff__in=Absence.objects.on(today).values("staff"))
    last = {row.staff_id: row for row in rows.select_related("staff").order_by("last_day", "pk")}
    return sum(_tell(absence, at) for absence in last.values())


def _tell(absence, at) -> bool:
    day = back_on(absence)
    due = clock.at_time(day, time.fromisoformat(bank.read("digest.time", on=day)))
    if at < due:
        return False
    notify(KIND, to=absence.staff, about=absence, key=absence.pk, at=at)
    about = f"absence:{absence.pk}"
    return bool(post(KIND, to=absence.staff, due=due, about=about, at=at, absence=absence.pk))


def while_away(letter) -> dict | None:
    """Content of the mail as things stand when it leaves; None when nothing is to be told."""
    at, person = clock.now(), letter.recipient
    away = last_away(person, on=clock.local(at).date())
    if away is None or away.last.pk != letter.context["absence"]:
        return None
    news = news_since(person, away, at=at)
    if not news:
        return None
    count = len(news)
    return {
        "subject": ngettext(
            "While you were away: news of %(count)s client",
            "While you were away: news of %(count)s clients",
            count,
        )
        % {"count": count},
        "lead": _("%(deputies)s covered for you from %(first)s to %(last)s.")
        % {
            "deputies": words.listed(words.plain_name(one) for one in away.deputies),
            "first": words.day(away.first_day),
            "last": words.day(away.last_day),
        },
        "button": _("Open what happened"),
        "url": absolute("away"),
        "sections": _sections(news),
    }


def _sections(news) -> list[Section]:
    url = absolute("away")
    groups = [
        (_("Promised for you"), "late", [(n, one) for n in news for one in n.promised]),
        (pgettext("while away", "Due"), "soon", [(n, one) for n in news for one in n.due]),
    ]
    sections = [
        Section(title, tone, len(pairs), [_open_row(*pair) for pair in pairs[:ROWS]], url)
        for title, tone, pairs in groups
    ]
    changed = [one for one in news if one.changed]
    rows = [_changed_row(one) for one in changed[:ROWS]]
    sections.append(Section(pgettext("while away", "Changed"), "", len(changed), rows, url))
    return [section for section in sections if section.count]


def _open_row(news, promise):
    tone, url = "late" if promise.tone == "late" else "", settings.SITE_URL + promise.href
    return of_client(news.client, reason=promise.kind, when=promise.when, url=url, tone=tone)


def _changed_row(news):
    newest, url = news.changed[0], absolute("client", news.client.pk)
    reason = newest.title
    if more := len(news.changed) - 1:
        reason = _("%(title)s and %(more)s more") % {"title": newest.title, "more": more}
    return of_client(news.client, reason=reason, when=words.day_short(newest.at), url=url)


def told_back(notifications) -> dict[int, Told]:
    """What the inbox says of it."""
    rows = Absence.objects.filter(staff=notifications[0].to)
    found = rows.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: _told(found[int(row.about_id)])
        for row in notifications
        if int(row.about_id) in found
    }


def _told(absence) -> Told:
    days = {"first": words.day(absence.first_day), "last": words.day(absence.last_day)}
    return Told(
        title=_("While you were away"),
        text=words.sentences(
            [
                _("What changed with your clients, what was promised and what is due."),
                _("%(first)s to %(last)s") % days,
            ]
        ),
        url=reverse("away"),
        icon="user-share",
    )


register(KIND, while_away, template="reminder", title=gettext_lazy("On coming back from leave"))
register_notice(KIND, told_back)
