"""Sets the stage: units, people of every post, and one object of every kind for each of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from stdnum.cn import ric

from clients.book.details import sealed_columns
from clients.book.models import Category, State
from clients.intake.models import ImportFile, ImportRun, SavedMapping
from clients.models import (
    BenefitUse,
    CalendarFeed,
    Client,
    Duplicate,
    FileReader,
    Handover,
    Household,
    MarketReport,
    Member,
    Merge,
)
from crm.lib import clock
from crm.lib.secrets import Sealed
from managers.audit.actions import log_access, record
from managers.audit.models import Basis
from managers.people.models import Post
from tests.conftest import MONDAY
from tests.factories import (
    AbsenceFactory,
    AppealFactory,
    AppointmentFactory,
    AssessmentFactory,
    BalanceFactory,
    CheckFactory,
    ClientFactory,
    CompetitionFactory,
    ConsentFactory,
    ContactFactory,
    DisclosureFactory,
    FollowUpFactory,
    GrantFactory,
    HandoverFactory,
    HoldingFactory,
    ImportantDateFactory,
    LifeEventFactory,
    NotificationFactory,
    OutsideHoldingFactory,
    PointEntryFactory,
    ReferralFactory,
    RelativeFactory,
    SaleFactory,
)
from tests.factories.access import (
    AppSecretFactory,
    RecoveryCodesFactory,
    SignInFactory,
    TokenFactory,
)
from tests.factories.exports import ExportFactory
from tests.factories.lists import SavedViewFactory
from tests.factories.plans import PlanFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.visibility.people import employed, sign_in, units
from tests.visibility.stage import (
    GIVEN,
    IMPORT_FILE,
    IMPORT_TABLES,
    Outlet,
    Stage,
)

_PLANS = {
    "plan": "draft",
    "plan-waiting": "waiting",
    "plan-approved": "approved",
    "plan-done": "done",
}
_DUE = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)


def build() -> Stage:
    """Set the stage up; some seconds, so once for all tests."""
    stage = Stage()
    centre, branch, head_office = units(stage)
    at_home = {
        Post.WEALTH_HEAD: centre,
        Post.CP_OFFICER: branch,
        Post.HQ_ADMIN: head_office,
        Post.AUDITOR: head_office,
    }
    for post in Post:
        stage.people[post] = employed(at_home.get(post, stage.here.unit), post)
    admin = stage.people[Post.HQ_ADMIN]
    admin.is_staff = admin.is_superuser = True
    admin.save()

    sign_in(stage)
    make = _Maker(stage)
    for post, person in stage.people.items():
        make.all_kinds(stage.here, whose=post, person=person)
    make.all_kinds(stage.here, whose="same")
    make.all_kinds(stage.there, whose="other")
    return stage


class _Maker:
    """Makes the objects of one person or outlet, each client with a name and details of its own."""

    def __init__(self, stage: Stage):
        self.stage = stage
        self.number = count()

    def all_kinds(self, place: Outlet, *, whose, person=None):
        """One object of every kind that names the person, or else the outlet's colleagues."""
        self.place, self.whose = place, whose
        self.rm = person or place.wealth
        self.sender = person or place.marketing
        self.referrer = person or place.lobby
        self.asked = place.wealth if person else place.spare
        self._files()
        self._referrals()
        self._handovers()
        self._plans()

    def _keep(self, kind, thing):
        self.stage.things[kind, self.whose] = thing
        return thing

    def _client(self, **columns):
        number = next(self.number)
        phone, email = f"1397412{number:04d}", f"canary{number}@mail.example"
        identity = f"11010119700101{number:03d}"
        typed = {
            "phone": phone,
            "email": email,
            "identity_no": identity + ric.calc_check_digit(f"{identity}?"),
            "address": f"Canary Lane {number}, gate 3",
        }
        first, second = divmod(number, len(GIVEN))
        columns = {"outlet": self.place.unit, **columns, **sealed_columns(**typed)}
        client = ClientFactory(name=f"赵{GIVEN[first]}{GIVEN[second]}", **columns)
        FileReader.objects.create(client=client, staff=self.place.spare, since=MONDAY)
        return client

    def _files(self):
        """A client of the person's book, with all that hangs on a file."""
        prospect = self.rm.current_post == Post.MARKETING_RM
        state = State.PROSPECT if prospect else State.OWNED
        client = self._keep("client", self._client(owner=self.rm, state=state))
        promised = {"owner": self.rm, "created_at": client.responsible_since}
        self._keep("follow-up", FollowUpFactory(client=client, **promised))
        self._keep("contact", ContactFactory(client=client, staff=self.rm))
        self._visits(client)
        self._keep("holding", HoldingFactory(client=client, category=Category.DEPOSIT))
        self._keep("balance", BalanceFactory(client=client))
        self._keep("household", self._household(client))
        self._keep("file-date", ImportantDateFactory(client=client))
        self._keep("file-event", LifeEventFactory(client=client))
        self._keep("file-relative", RelativeFactory(client=client))
        self._keep("file-outside", OutsideHoldingFactory(client=client))
        self._keep("file-consent", ConsentFactory(client=client))
        self._sales(client)
        self._lists(client)
        self._guarded(state)
        self._keep("closed", self._client(owner=self.rm, state=State.CLOSED))
        self._keep("pooled", self._client(state=State.IDENTIFIED))
        event = record("client.viewed", client, by=self.rm, at=MONDAY, client=client.pk)
        self._keep("audit-event", event)
        about = {"client": client.pk, "sealed": {"phone": (client.phone, Sealed(""))}}
        edited = record("client.edited", client, by=self.rm, at=MONDAY, **about)
        self._keep("audit-edit", edited)
        grounds = [(client.pk, Basis.OWN)]
        [row] = log_access("viewed", grounds, by=self.rm, at=MONDAY, page="client")
        self._keep("access", row)
        self._exports()
        self._requests(client)
        self._reports()
        self._keep("notification", NotificationFactory(to=self.rm))
        self._keep("factor", AppSecretFactory(factor__user=self.rm).factor)
        RecoveryCodesFactory(user=self.rm)
        self._keep("sign-in", SignInFactory(staff=self.rm))
        self._keep("token", TokenFactory(user=self.rm))
        self._keep("org-unit", self.rm.current_unit)
        self._keep("staff", self.rm)
        self._competitions()
        PointEntryFactory(staff=self.rm, post=self.rm.current_post, unit=self.rm.current_unit)

    def _visits(self, client):
        """A visit that is under way, and one that is proposed for later today."""
        self._keep("visit", AppointmentFactory(client=client, host=self.rm))
        later = {"starts_at": MONDAY + timedelta(hours=2), "state": "proposed"}
        CalendarFeed.objects.get_or_create(staff=self.rm)
        self._keep("proposed", AppointmentFactory(client=client, host=self.rm, **later))

    def _competitions(self):
        """One at each point of its life, and an appeal of the person."""
        self._keep("competition", CompetitionFactory())
        self._keep("draft", CompetitionFactory(state="draft"))
        over = {"over": "running", "closed-competition": "closed", "provisional": "provisional"}
        for kind, state in over.items():
            self._keep(kind, CompetitionFactory(state=state, is_over=True))
        for kind in ("ripe", "appealing"):
            since = {"steps__at": MONDAY} if kind == "appealing" else {}
            self._keep(kind, CompetitionFactory(state="appeal", is_over=True, **since))
        self._keep("frozen", CompetitionFactory(state="frozen", is_over=True))
        appealing = self.stage.things["appealing", self.whose]
        self._keep("appeal", AppealFactory(staff=self.rm, competition=appealing))

    def _reports(self):
        """A market report on its way, and one that was handed in."""
        of_one = {"author": self.rm, "unit": self.rm.current_unit, "due_on": date(2026, 11, 6)}
        report = MarketReport.objects.create(month=date(2026, 10, 1), **of_one)
        self._keep("report", report)
        given = {"text": "Quiet month", "submitted_at": MONDAY}
        handed_in = MarketReport.objects.create(month=date(2026, 9, 1), **of_one, **given)
        self._keep("handed-in", handed_in)

    def _guarded(self, state):
        """A restricted file, one about the person, and clients of colleagues away or back."""
        self._keep("restricted", self._client(owner=self.rm, state=state, restricted=True))
        whose = self.place.lobby if self.rm == self.place.wealth else self.rm
        shut = {"state": State.CLOSED, "do_not_contact": True, "locked_at": MONDAY}
        self._keep("locked", self._client(owner=self.rm, **shut))
        self._keep("own-file", self._client(owner=self.place.spare, person=whose))
        today = MONDAY.date()
        self._keep("covered", self._client(owner=self._away(until=today)))
        self._keep("was-covered", self._client(owner=self._away(until=today - timedelta(days=1))))

    def _away(self, *, until):
        """A wealth RM who is away up to a day and whom the person covers."""
        away = employed(self.place.unit, Post.WEALTH_RM)
        since = until - timedelta(days=4)
        AbsenceFactory(staff=away, first_day=since, last_day=until, deputy=self.rm)
        return away

    def _sales(self, client):
        """A product, an assessment, checks and sales on the way, and a benefit that was booked."""
        disclosure = DisclosureFactory()
        about = {"client": client, "product": self._keep("product", disclosure.product)}
        about["assessment"] = self._keep("assessment", AssessmentFactory(client=client))
        self._keep("check", CheckFactory(**about))
        self._keep("sale", SaleFactory(client=client, suitability_check=CheckFactory(**about)))
        shown = {"state": "disclosed", "disclosure": disclosure, "disclosed_at": MONDAY}
        check = CheckFactory(**about)
        self._keep("disclosed", SaleFactory(client=client, suitability_check=check, **shown))
        grant = self._keep("grant", GrantFactory(client=client, used=1))
        self._keep("use", BenefitUse.objects.create(grant=grant, day=MONDAY.date()))

    def _requests(self, client):
        """What a client asks about their data, taken down by the person."""
        about = {"client": client, "registered_by": self.rm}
        self._keep("data-request", PrivacyRequestFactory(**about))
        self._keep("correction", PrivacyRequestFactory(kind="correction", **about))

    def _exports(self):
        """A file that the person asked for, and one of a colleague that waits for an answer."""
        sides = {"asked_by": self.rm, "unit": self.rm.current_unit}
        self._keep("export", ExportFactory(**sides))
        waiting = ExportFactory(state="waiting", unit=sides["unit"])
        self._keep("export-waiting", waiting).approvers.add(self.rm)

    def _lists(self, client):
        """A view of one's own, a second file of the client, and two files that are one already."""
        self._keep("view", SavedViewFactory(owner=self.rm))
        self._imports()
        self._keep("shared-view", SavedViewFactory(owner=self.rm, unit=self.rm.current_unit))
        same = {"name": client.name, "birth_date": date(1980, 5, 4), "outlet": client.outlet}
        same |= {"owner": self.rm, "state": client.state}
        Client.objects.filter(pk=client.pk).update(birth_date=same["birth_date"])
        twins = {"first": client, "second": ClientFactory(**same)}
        self._keep("duplicate", Duplicate.objects.create(reason="birth", found_at=MONDAY, **twins))
        files = {"kept": ClientFactory(**same), "merged": ClientFactory(**same)}
        Client.objects.filter(pk=files["merged"].pk).update(
            state=State.CLOSED, merged_into=files["kept"]
        )
        changed = {"kept": {}, "merged": {"state": [client.state, State.CLOSED]}}
        changed |= {"facts": [], "follow_ups": {}, "holdings": {}}
        self._keep(
            "merge", Merge.objects.create(set=changed, made_by=self.rm, made_at=MONDAY, **files)
        )

    def _imports(self):
        """A mapping that is kept, an import with its columns, and one that has been checked."""
        how = {"kind": "clients", "mapping": IMPORT_TABLES}
        name = f"Core {self.rm.pk}"
        self._keep("mapping", SavedMapping.objects.create(owner=self.rm, name=name, **how))
        for kind, state in (("import", "mapped"), ("import-checked", "checked")):
            run = ImportRun(state=state, created_by=self.rm, created_at=MONDAY, **how)
            run.save()
            ImportFile.of(run, "clients.csv", IMPORT_FILE).save()
            ImportFile.of(run, "rejected.csv", IMPORT_FILE, is_rejected=True).save()
            self._keep(kind, run)

    def _household(self, client):
        """A family with a member far away, whose name stays masked here."""
        family = Household.objects.create()
        far = self.stage.there
        relative = self._client(owner=far.wealth, outlet=far.unit)
        place, _theirs = [
            Member.objects.create(household=family, client=member, relation=relation)
            for member, relation in ((client, "holder"), (relative, "spouse"))
        ]
        self._keep("place", place)
        return family

    def _referrals(self):
        """One that waits for the person's answer, and one that the person made."""
        asked = {"referrer": self.place.lobby, "target": self.rm}
        made = {"referrer": self.referrer, "target": self.asked}
        for kind, sides in (("referral-to-me", asked), ("referral-by-me", made)):
            client = self._client(state=State.REFERRED)
            self._keep(kind, ReferralFactory(client=client, outlet=self.place.unit, **sides))

    def _handovers(self):
        """Drafts, submitted and accepted ones, sent by the person and sent to the person."""
        for state in ("draft", "submitted", "accepted"):
            self._handover(f"{state}-by-me", state, self.sender, self.asked)
            receiver = self.rm if self.rm != self.place.marketing else self.place.wealth
            sent = self._handover(f"{state}-to-me", state, self.place.marketing, receiver)
        self._lent(sent.client)
        gap = self._handover("gap-by-me", "draft", self.sender, self.asked)
        twice = self._handover("twice-by-me", "returned", self.sender, self.asked)
        Handover.objects.filter(pk=gap.pk).update(file={**gap.file, "risk": ""})
        Handover.objects.filter(pk=twice.pk).update(returns=2, return_reason="incomplete")

    def _plans(self):
        """Plans that the person made, each for a colleague who keeps one client."""
        for kind, state in _PLANS.items():
            goes = employed(self.place.unit, Post.WEALTH_RM)
            ended = {"ended_at": MONDAY} if state == "done" else {}
            made = {"state": state, "created_by": self.rm, "created_at": MONDAY, **ended}
            clients = [self._client(owner=goes)]
            self._keep(kind, PlanFactory(from_staff=goes, clients=clients, **made))

    def _lent(self, client):
        """A file that the person may read, because a handover of it was sent to them."""
        self._keep("lent", client)
        promised = {"owner": client.owner, "created_at": client.responsible_since}
        self._keep("lent-follow-up", FollowUpFactory(client=client, **promised))

    def _handover(self, kind, state, sender, receiver):
        client = self._client(owner=sender, state=State.PROSPECT)
        due = clock.SOMEDAY if state == "draft" else _DUE
        sides = {"from_staff": sender, "to_staff": receiver}
        self._keep(kind.replace("draft-by-me", "draft-client"), client)
        made = self._keep(kind, HandoverFactory(client=client, state=state, due_at=due, **sides))
        if state != "draft":
            FileReader.objects.get_or_create(
                client=client, staff=receiver, defaults={"since": MONDAY}
            )
        return made
