"""Everything that changes market notes and reports."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clients.market import rules
from clients.market.models import MarketNote, MarketReport, ReportReading
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken, Stale
from crm.workdays import work_calendar
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.models import Post, Posting


@transaction.atomic
def write_note(*, text, tags, by, at) -> MarketNote:
    """Tell the outlet what one has noticed; for those who keep clients (rules E11)."""
    if not rules.may_note(by):
        raise RuleBroken(_("RMs write market notes."), code="forbidden")
    note = MarketNote.objects.create(
        author=by, unit=by.current_unit, text=text.strip(), tags=tags, written_at=at
    )
    record("market.noted", note, by=by, at=at)
    return note


@transaction.atomic
def save_report(
    report, *, by, at, text=None, tags=None, version=None, hand_in=False
) -> MarketReport:
    """Write on one's own report; handed in it is the outlet's to read and stays as it is.

    Without `text` or `tags` these stay as they are. Raises Stale when it was saved elsewhere since
    `version`, RuleBroken where it says too little.
    """
    report = lock(report)
    rules.check_writable(report, by=by)
    if version is not None and version != report.version:
        raise Stale(_("The report was saved elsewhere meanwhile; please compare before you save."))
    text = report.text if text is None else text.strip()
    least = bank.read("market.report_length", on=clock.local(at).date())
    if hand_in and len(text) < least:
        sentence = _("A report has at least %(count)d characters.") % {"count": least}
        raise RuleBroken(sentence, fields={"text": sentence})
    report.text, report.tags = text, report.tags if tags is None else tags
    report.submitted_at = at if hand_in else None
    report.version += 1
    report.save(update_fields=["text", "tags", "submitted_at", "version"])
    if hand_in:
        record("market.reported", report, by=by, at=at)
    return report


@transaction.atomic
def mark_read(report, *, by, at) -> ReportReading:
    """A colleague has read what was handed in; a second time changes nothing."""
    if report.submitted_at is None:
        raise RuleBroken(_("This report has not been handed in."), code="conflict")
    reading, is_new = ReportReading.objects.get_or_create(
        report=report, staff=by, defaults={"read_at": at}
    )
    if is_new:
        record("market.read", report, by=by, at=at)
    return reading


def open_reports(*, at) -> int:
    """Ask each marketing RM for the report of the month that has ended; returns how many are new.

    Due some working days into the month; whoever is late is reminded, once. Safe to run often.
    """
    today = clock.local(at).date()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    days = bank.read("market.due_days", on=today)
    due_on = work_calendar().add_working_days(today.replace(day=1) - timedelta(days=1), days)
    held = Posting.objects.on(today).filter(post=Post.MARKETING_RM, staff__is_active=True)
    opened = sum(
        _open(posting, month, due_on, at=at)
        for posting in held.filter(since__lt=today.replace(day=1)).select_related("staff", "unit")
    )
    for report in MarketReport.objects.late(on=today).select_related("author"):
        notify("market-overdue", to=report.author, about=report, key=report.pk, at=at, mail=True)
    return opened


@transaction.atomic
def _open(posting, month, due_on, *, at) -> bool:
    report, is_new = MarketReport.objects.get_or_create(
        author=posting.staff, month=month, defaults={"unit": posting.unit, "due_on": due_on}
    )
    if is_new:
        notify("market-due", to=posting.staff, about=report, key=report.pk, at=at)
    return is_new
