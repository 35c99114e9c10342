"""The kinds of record that the product keeps, one line each (rules J7)."""

from django.utils.translation import gettext_lazy as _

from clients.appointments.models import Appointment
from clients.exports.models import Export
from clients.followups.models import Contact, FollowUp, Series
from clients.handover.models import Handover, Waiver
from clients.intake.actions.runs import drop_content
from clients.intake.models import AT_WORK, ImportRun
from clients.lobby.models import Hop, Referral
from clients.privacy import relations
from clients.privacy.actions import erase_due
from clients.privacy.emptying import says_something
from clients.privacy.kinds import (
    AML,
    NETWORK_LOGS,
    SETTING,
    Kind,
    days,
    delete,
    months,
    register,
    typed,
)
from clients.privacy.models import PrivacyRequest
from clients.privacy.periods import Period
from clients.requests.models import ClientRequest
from managers.access.models import SignIn
from managers.audit.models import AccessEvent
from managers.inbox.models import Notification
from managers.outbox.models import Letter

_SENT = (Letter.State.SENT, Letter.State.DROPPED)


def _drop_imports(pks, at) -> None:
    for run in ImportRun.objects.filter(pk__in=pks).order_by("pk"):
        drop_content(run, at=at)


def _drop_exports(pks, at) -> None:
    Export.objects.filter(pk__in=pks).update(state=Export.State.EXPIRED, body="")


for kind in (
    Kind(
        code="clients",
        label=_("Clients: identity, file and transactions"),
        start=_("after the relationship ended"),
        basis=AML,
        period=months("clients"),
        held=relations.known,
        starts="ended_on",
        by_day=True,
        drop=erase_due,
        proves_itself=True,
    ),
    Kind(
        code="prospects",
        label=_("Prospects who never became clients"),
        start=_("after the last word"),
        basis=SETTING,
        period=months("prospects"),
        held=relations.prospects,
        starts="last_word",
        drop=erase_due,
        proves_itself=True,
    ),
    Kind(
        code="contacts",
        label=_("Notes of contacts"),
        start=_("after the contact"),
        basis=SETTING,
        period=months("contacts"),
        held=lambda: says_something(Contact),
        starts="happened_at",
        drop=typed(Contact),
    ),
    Kind(
        code="follow_ups",
        label=_("Words of follow-ups"),
        start=_("after they were closed"),
        basis=SETTING,
        period=months("follow_ups"),
        held=lambda: says_something(FollowUp),
        starts="closed_at",
        drop=typed(FollowUp),
    ),
    Kind(
        code="series",
        label=_("Words of recurring follow-ups"),
        start=_("after they ended"),
        basis=SETTING,
        period=months("follow_ups"),
        held=lambda: says_something(Series).exclude(ended_at=None),
        starts="ended_at",
        drop=typed(Series),
    ),
    Kind(
        code="client_requests",
        label=_("Words of what clients asked and were answered"),
        start=_("after they were closed"),
        basis=SETTING,
        period=months("follow_ups"),
        held=lambda: says_something(ClientRequest).exclude(closed_at=None),
        starts="closed_at",
        drop=typed(ClientRequest),
    ),
    Kind(
        code="appointments",
        label=_("Words of appointments"),
        start=_("after the visit"),
        basis=SETTING,
        period=months("follow_ups"),
        held=lambda: says_something(Appointment).exclude(state__in=Appointment.COMING),
        starts="ends_at",
        drop=typed(Appointment),
    ),
    Kind(
        code="referrals",
        label=_("Words of referrals"),
        start=_("after they were made"),
        basis=SETTING,
        period=months("referrals"),
        held=lambda: says_something(Referral).exclude(state=Referral.State.NEW),
        starts="made_at",
        drop=typed(Referral),
    ),
    Kind(
        code="hops",
        label=_("Reasons of those who were asked to answer a referral"),
        start=_("after they were asked"),
        basis=SETTING,
        period=months("referrals"),
        held=lambda: says_something(Hop),
        starts="asked_at",
        drop=typed(Hop),
    ),
    Kind(
        code="handovers",
        label=_("Files of handovers"),
        start=_("after they began"),
        basis=SETTING,
        period=months("handovers"),
        held=lambda: says_something(Handover).exclude(state__in=Handover.RUNNING),
        starts="created_at",
        drop=typed(Handover),
    ),
    Kind(
        code="waivers",
        label=_("Reasons why items of a handover were waived"),
        start=_("after they were asked for"),
        basis=SETTING,
        period=months("handovers"),
        held=lambda: says_something(Waiver),
        starts="asked_at",
        drop=typed(Waiver),
    ),
    Kind(
        code="requests",
        label=_("Words of clients' requests"),
        start=_("after the answer"),
        basis=SETTING,
        period=months("requests"),
        held=lambda: says_something(PrivacyRequest),
        starts="answered_at",
        drop=typed(PrivacyRequest),
    ),
    Kind(
        code="imports",
        label=_("Content of imported files"),
        start=_("after the upload"),
        basis=SETTING,
        period=days("import.kept_days"),
        held=lambda: ImportRun.objects.filter(emptied_at=None).exclude(state__in=AT_WORK),
        starts="created_at",
        drop=_drop_imports,
    ),
    Kind(
        code="exports",
        label=_("Files of exports"),
        start=_("after their last hour"),
        basis=SETTING,
        period=lambda on: Period(),
        held=lambda: Export.objects.filter(state=Export.State.READY),
        starts="expires_at",
        drop=_drop_exports,
    ),
    Kind(
        code="notifications",
        label=_("Notifications"),
        start=_("after they were read"),
        basis=SETTING,
        period=days("inbox.days"),
        held=lambda: Notification.objects.filter(read_at__isnull=False),
        starts="read_at",
        drop=delete(Notification),
    ),
    Kind(
        code="letters",
        label=_("Letters, which hold no text"),
        start=_("after they were due"),
        basis=SETTING,
        period=months("letters"),
        held=lambda: Letter.objects.filter(state__in=_SENT),
        starts="due_at",
        drop=delete(Letter),
    ),
    Kind(
        code="sign_ins",
        label=_("Sign-ins and devices"),
        start=_("after the sign-in"),
        basis=NETWORK_LOGS,
        period=months("sign_ins"),
        held=SignIn.objects.all,
        starts="at",
        drop=delete(SignIn),
    ),
    Kind(
        code="access_log",
        label=_("Access log"),
        start=_("after the reading"),
        basis=NETWORK_LOGS,
        period=months("access_log"),
        held=AccessEvent.objects.all,
        starts="at",
        why=_("Sealed into the audit: whole months go by manage.py retire_months."),
    ),
):
    register(kind)
