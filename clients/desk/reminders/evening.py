"""The evening's summary: what of today nobody did, and where it goes (rules F8)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.book.models import asked_once
from clients.desk.digest import ROWS, plan_daily, promised, row_of
from clients.desk.reminders.rows import Section, absolute
from clients.desk.request_events import promises_of
from clients.desk.today import MOST, OVERDUE, agenda, contact_counts
from crm.lib import clock
from managers.outbox.letters import planner, register

KIND = "evening-summary"


@planner
def plan_evening(at) -> int:
    """Post the summaries of a working day once its hour has come; returns how many are new."""
    return plan_daily(KIND, "evening.time", at)


def evening_summary(letter) -> dict | None:
    """Content of the mail as things stand when it leaves; None when all is done."""
    at, person = clock.now(), letter.recipient
    if letter.about != f"day:{clock.local(at).date()}":
        return None  # the next morning's digest has it
    with asked_once(person):
        items = list(agenda(person, at=at).for_mail()[:MOST])
        promises = promises_of(person, at=at)
    if not items and not promises:
        return None
    late = [item for item in items if item.urgency == OVERDUE]
    open_today = [item for item in items if item.urgency != OVERDUE]
    owed = [*items, *(one.item for one in promises)]
    clients = len({item.client_id for item in owed})
    sections = [
        Section(
            title,
            tone,
            len(rows),
            [row_of(item, person, at) for item in rows[:ROWS]],
            absolute("today"),
        )
        for title, tone, rows in [
            (_("Overdue"), "late", late),
            (_("Still open today"), "soon", open_today),
        ]
        if rows
    ]
    done = contact_counts(person, at=at)["done"]
    return {
        "subject": ngettext(
            "%(clients)s client is still open today",
            "%(clients)s clients are still open today",
            clients,
        )
        % {"clients": clients},
        "lead": ngettext(
            "You did %(done)s follow-up today. What is left comes first tomorrow.",
            "You did %(done)s follow-ups today. What is left comes first tomorrow.",
            done,
        )
        % {"done": done},
        "button": _("Open today’s list"),
        "url": absolute("today"),
        "sections": [*promised(promises), *sections],
    }


register(KIND, evening_summary, template="reminder", title=gettext_lazy("Summary of the evening"))
