"""What stands on a person's own pages: audit, exports, imports, reports, competitions, the door."""

from datetime import date

from clients.intake.models import ImportFile, ImportRun, SavedMapping
from clients.models import MarketNote, MarketReport, WorkLog
from crm.lib.secrets import Sealed
from managers.audit.actions import log_access, record
from managers.audit.models import Basis
from tests.conftest import MONDAY
from tests.factories import (
    AppealFactory,
    CompetitionFactory,
    DisplayFactory,
    NotificationFactory,
    PointEntryFactory,
    PostingFactory,
    StaffFactory,
)
from tests.factories.access import (
    AppSecretFactory,
    RecoveryCodesFactory,
    SignInFactory,
    TokenFactory,
)
from tests.factories.exports import ExportFactory
from tests.factories.grades import GradeAssessmentFactory
from tests.factories.lists import SavedViewFactory
from tests.visibility.stage import IMPORT_FILE, IMPORT_TABLES


def desk(make, client):
    """What was recorded of the person, asked by the person, and told to the person."""
    _audit(make, client)
    _exports(make)
    _imports(make)
    _reports(make)
    _competitions(make)
    _ladder(make)
    _door(make)
    make.keep("view", SavedViewFactory(owner=make.rm))
    make.keep("shared-view", SavedViewFactory(owner=make.rm, unit=make.rm.current_unit))
    make.keep("notification", NotificationFactory(to=make.rm))
    make.keep("org-unit", make.rm.current_unit)
    make.keep("staff", make.rm)


def _audit(make, client):
    """A view, an edit and a reading by the person."""
    event = record("client.viewed", client, by=make.rm, at=MONDAY, client=client.pk)
    make.keep("audit-event", event)
    about = {"client": client.pk, "sealed": {"phone": (client.phone, Sealed(""))}}
    edited = record("client.edited", client, by=make.rm, at=MONDAY, **about)
    make.keep("audit-edit", edited)
    grounds = [(client.pk, Basis.OWN)]
    [row] = log_access("viewed", grounds, by=make.rm, at=MONDAY, page="client")
    make.keep("access", row)


def _exports(make):
    """A file that the person asked for, and one of a teller that waits for an answer."""
    sides = {"asked_by": make.rm, "unit": make.rm.current_unit}
    make.keep("export", ExportFactory(**sides))
    teller = PostingFactory(unit=sides["unit"], post="teller_cash").staff
    waiting = ExportFactory(state="waiting", asked_by=teller, unit=sides["unit"])
    make.keep("export-waiting", waiting).approvers.add(make.rm)


def _imports(make):
    """A mapping that is kept, an import with its columns, and one that has been checked."""
    how = {"kind": "clients", "mapping": IMPORT_TABLES}
    name = f"Core {make.rm.pk}"
    make.keep("mapping", SavedMapping.objects.create(owner=make.rm, name=name, **how))
    for kind, state in (("import", "mapped"), ("import-checked", "checked")):
        run = ImportRun(state=state, created_by=make.rm, created_at=MONDAY, **how)
        run.save()
        ImportFile.of(run, "clients.csv", IMPORT_FILE).save()
        ImportFile.of(run, "rejected.csv", IMPORT_FILE, is_rejected=True).save()
        make.keep(kind, run)


def _reports(make):
    """A market note, a market report on its way, and one that was handed in."""
    noted = {"author": make.rm, "unit": make.rm.current_unit, "written_at": MONDAY}
    make.keep("note", MarketNote.objects.create(text="A fair in May", **noted))
    of_one = {"author": make.rm, "unit": make.rm.current_unit, "due_on": date(2026, 11, 6)}
    long = "Two competitors lowered their rates; the estate by the lake is selling its last flats."
    report = MarketReport.objects.create(month=date(2026, 10, 1), text=long, **of_one)
    make.keep("report", report)
    given = {"text": "Quiet month", "submitted_at": MONDAY}
    handed_in = MarketReport.objects.create(month=date(2026, 9, 1), **of_one, **given)
    make.keep("handed-in", handed_in)
    of_one = {"staff": make.rm, "unit": make.rm.current_unit, "day": date(2026, 11, 20)}
    make.keep("work-log", WorkLog.objects.create(**of_one, submitted_at=MONDAY))


def _competitions(make):
    """One at each point of its life, and an appeal of the person."""
    make.keep("competition", CompetitionFactory())
    make.keep("draft", CompetitionFactory(state="draft"))
    over = {"over": "running", "closed-competition": "closed", "provisional": "provisional"}
    for kind, state in over.items():
        make.keep(kind, CompetitionFactory(state=state, is_over=True))
    for kind in ("ripe", "appealing"):
        since = {"steps__at": MONDAY} if kind == "appealing" else {}
        make.keep(kind, CompetitionFactory(state="appeal", is_over=True, **since))
    make.keep("frozen", CompetitionFactory(state="frozen", is_over=True))
    appealing = make.stage.things["appealing", make.whose]
    make.keep("appeal", AppealFactory(staff=make.rm, competition=appealing))
    make.keep("screen", DisplayFactory(unit=make.rm.current_unit))
    PointEntryFactory(staff=make.rm, post=make.rm.current_post, unit=make.rm.current_unit)


def _ladder(make):
    """A place that the person held, and an assessment in each state that somebody acts on."""
    unit, decider = make.rm.current_unit, StaffFactory()
    held = {"staff": make.rm, "unit": unit, "since": date(2025, 1, 1), "until": date(2026, 1, 1)}
    place = make.keep("held-step", PostingFactory(**held))
    decided = {"decided_by": decider, "decided_at": MONDAY, "effective_on": date(2026, 12, 10)}
    states = {
        "grading": {},
        "grading-advised": {"state": "advised"},
        "grading-decided": {"state": "decided", **decided},
        "grading-appealed": {"state": "appealed", **decided},
    }
    for n, (kind, columns) in enumerate(states.items()):
        cycle = make.stage.cycles[n]
        make.keep(kind, GradeAssessmentFactory(held=place, cycle=cycle, **columns))
    make.keep("cycle", make.stage.cycles[0])


def _door(make):
    """A factor, a sign-in and a token, so that there is something to take away."""
    make.keep("factor", AppSecretFactory(factor__user=make.rm).factor)
    RecoveryCodesFactory(user=make.rm)
    make.keep("sign-in", SignInFactory(staff=make.rm))
    make.keep("token", TokenFactory(user=make.rm))
