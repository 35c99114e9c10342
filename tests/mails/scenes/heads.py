"""What heads, officers and auditors hear: overdue work, the week, owners, reading, the audit."""

from datetime import date, timedelta

from clients.desk.reminders.escalation import plan_escalations
from clients.desk.reminders.week import plan_weeks
from clients.oversight.rules import Unusual
from crm.lib import clock
from managers.models import Verification
from tests.factories import ClientFactory, ContactFactory, HandoverFactory
from tests.factories.exports import ExportFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.mails.scenes.desk import owe
from tests.mails.stage import FRIDAY, MONDAY, Cast, notice, planned, scene


def overdue_work(cast):
    """Two RMs with follow-ups that nobody did."""
    owe(cast.rm, "陈安然", day=date(2026, 11, 16), tier="private", trigger="maturity")
    owe(cast.rm, "周明远", day=date(2026, 11, 13), tier="diamond", trigger="outflow")
    owe(cast.peer, "何秋", day=date(2026, 11, 12), trigger="cadence", channel="visit")


@scene("overdue-escalation", at="08:00")
def follow_ups_overdue_for_days(cast):
    overdue_work(cast)
    return planned(plan_escalations, cast, to=cast.head)


@scene("notice-overdue-escalation", at="08:00")
def follow_ups_overdue_for_days_in_the_inbox(cast):
    return notice("overdue-escalation", cast, to=cast.head, about=cast.head, count=3)


@scene("week-of-the-head", at="08:00")
def the_week_of_a_branch(cast):
    overdue_work(cast)
    for name, days in {"高霖": 3, "唐宁": 20, "罗青": 90}.items():
        client = ClientFactory(owner=cast.rm, name=name, tier="diamond")
        ContactFactory(client=client, happened_at=cast.now - timedelta(days=days))
    HandoverFactory(
        client=ClientFactory(name="马思雨", owner=cast.marketing, state="prospect", tier="diamond"),
        from_staff=cast.marketing,
        to_staff=cast.rm,
        state="submitted",
        due_at=clock.end_of_day(FRIDAY),
    )
    return planned(plan_weeks, cast, to=cast.head)


@scene("notice-week-of-the-head", at="08:00")
def the_week_of_a_branch_in_the_inbox(cast):
    facts = {"percent": 40, "reached": 2, "clients": 5, "overdue": 3, "stuck": 1}
    return notice("week-of-the-head", cast, to=cast.head, about=cast.head, **facts)


@scene("notice-owners-missing")
def clients_with_nobody(cast):
    return notice("owners-missing", cast, to=cast.head, about=cast.outlet, gone=4, waiting=1)


@scene("notice-outlet-closed")
def meetings_at_an_outlet_that_opens_no_more(cast):
    facts = {"since": date(2026, 11, 30), "number": 3}
    return notice("outlet-closed", cast, to=cast.head, about=cast.outlet, **facts)


def _reading(kind):
    @scene(f"notice-reading-unusual--{kind.value.replace('_', '-')}")
    def somebody_reads_more_than_usual(cast: Cast):
        facts = {"unusual": kind, "count": 61, "day": MONDAY}
        return notice("reading-unusual", cast, to=cast.head, about=cast.rm, **facts)


for unusual in Unusual:
    _reading(unusual)


@scene("notice-audit-broken")
def the_audit_is_broken(cast):
    kept = Verification(pk=1)  # the notice says nothing of it
    return notice("audit-broken", cast, to=cast.admin, about=kept)


def an_export(cast):
    return ExportFactory(
        unit=cast.outlet, asked_by=cast.rm, rows=240, reason="For 陈安然 13812345678"
    )


@scene("notice-export-waits")
def an_export_waits_for_a_second_pair_of_eyes(cast):
    return notice("export-waits", cast, to=cast.head, about=an_export(cast))


@scene("notice-export-ready")
def an_export_is_ready(cast):
    return notice("export-ready", cast, to=cast.rm, about=an_export(cast))


@scene("notice-export-refused")
def an_export_was_refused(cast):
    return notice("export-refused", cast, to=cast.rm, about=an_export(cast))


def _privacy(kind, to):
    @scene(f"notice-{kind}")
    def a_client_asks_about_data(cast):
        client = ClientFactory(owner=cast.rm, name="陈安然")
        asked = {"kind": "correction" if kind == "privacy-correction" else "copy"}
        typed = {"wish": "陈安然 13812345678", "registered_by": cast.rm}
        request = PrivacyRequestFactory(client=client, **asked, **typed)
        return notice(kind, cast, to=getattr(cast, to), about=request)


for kind, to in {
    "privacy-request": "officer",
    "privacy-soon": "officer",
    "privacy-late": "officer",
    "privacy-correction": "rm",
    "privacy-answered": "rm",
}.items():
    _privacy(kind, to)
