"""The kinds of record: from when, how long and on what ground each is kept (rules J7).

Law is a floor that no setting undercuts. Features above register kinds of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from clients.appointments.models import Appointment
from clients.exports.models import Export
from clients.followups.models import Contact, FollowUp
from clients.handover.models import Handover
from clients.intake.actions.runs import drop_content
from clients.intake.models import AT_WORK, ImportRun
from clients.lobby.models import Referral
from clients.privacy import relations
from clients.privacy.emptying import empty_typed, says_something
from clients.privacy.periods import Period
from crm import bank
from crm.lib import clock
from managers.access.models import SignIn
from managers.audit.models import AccessEvent
from managers.inbox.models import Notification
from managers.outbox.models import Letter

AML = _("Law: Anti-Money-Laundering Law, art. 34")
NETWORK_LOGS = _("Law for six months (Cybersecurity Law, art. 21), then a setting")
SETTING = _("Setting of the bank")
Drop = Callable[[list[int], datetime], None]
_DAY = timedelta(days=1)
_KEY = "retention.months"


@dataclass(frozen=True)
class Kind:
    """One line of the table.

    `held` gives the rows that still hold something, `starts` names the field that their period is
    counted from. `drop` empties or deletes locked rows by their ids; where it is None the rows
    are not ours to take away, and `why` says who does.
    """

    code: str
    label: str
    start: str
    basis: str
    period: Callable[[date], Period]
    held: Callable[[], QuerySet]
    starts: str
    by_day: bool = False  # whether that field is a day, not a moment
    drop: Drop | None = None
    why: str = ""

    def due(self, *, on: date) -> QuerySet:
        """Rows whose period is over on a day, the oldest ids first."""
        edge = self.period(on).cut(on) + _DAY
        before = edge if self.by_day else clock.start_of_day(edge)
        return self.held().filter(**{f"{self.starts}__lt": before}).order_by("pk")


def months(code: str) -> Callable[[date], Period]:
    """The months that the bank has set for a kind, and never fewer than the law asks for."""

    def read(on: date) -> Period:
        return Period(months=max(bank.read(_KEY, on=on)[code], bank.FLOORS[_KEY].get(code, 0)))

    return read


def days(key: str) -> Callable[[date], Period]:
    """A period that is a setting of its own, in days."""
    return lambda on: Period(days=bank.read(key, on=on))


def delete(model: type[Model]) -> Drop:
    """Take the rows of a table away."""
    return lambda pks, at: model._base_manager.filter(pk__in=pks).delete()


def typed(model: type[Model]) -> Drop:
    """Empty what people typed; the rows stay as figures."""
    return lambda pks, at: empty_typed(model, pks)


def _drop_imports(pks, at) -> None:
    for run in ImportRun.objects.filter(pk__in=pks).order_by("pk"):
        drop_content(run, at=at)


def _drop_exports(pks, at) -> None:
    Export.objects.filter(pk__in=pks).update(state=Export.State.EXPIRED, body="")


_KINDS: list[Kind] = []


def register(kind: Kind) -> None:
    """Add a line to the table; one of the same code takes its place."""
    _KINDS[:] = [known for known in _KINDS if known.code != kind.code] + [kind]


def kinds() -> list[Kind]:
    """All lines of the table."""
    return list(_KINDS)


_SENT = (Letter.State.SENT, Letter.State.DROPPED)

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
    ),
    Kind(
        code="prospects",
        label=_("Prospects who never became clients"),
        start=_("after the last word"),
        basis=SETTING,
        period=months("prospects"),
        held=relations.prospects,
        starts="last_word",
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
        why=_("Sealed into the audit: whole months are detached by who keeps the database."),
    ),
):
    register(kind)
