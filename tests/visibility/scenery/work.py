"""What people do with clients: visits, sales, referrals, handovers, plans."""

from datetime import UTC, datetime, timedelta

from clients.book.models import State
from clients.models import BenefitUse, CalendarFeed, FileReader, Handover, LeadList
from crm.lib import clock
from managers.people.models import Post
from tests.conftest import MONDAY
from tests.factories import (
    AppointmentFactory,
    AssessmentFactory,
    CheckFactory,
    DisclosureFactory,
    FollowUpFactory,
    GrantFactory,
    HandoverFactory,
    ReferralFactory,
    SaleFactory,
)
from tests.factories.plans import PlanFactory
from tests.visibility.people import employed

_PLANS = {
    "plan": "draft",
    "plan-waiting": "waiting",
    "plan-approved": "approved",
    "plan-done": "done",
}
_DUE = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)


def work(make, client):
    """What is planned, asked, handed over and sold."""
    _visits(make, client)
    _leads(make)
    _sales(make, client)
    _referrals(make)
    _handovers(make)
    _outside(make)
    _plans(make)


def _visits(make, client):
    """A visit that is under way, and one that is proposed for later today."""
    make.keep("visit", AppointmentFactory(client=client, host=make.rm))
    later = {"starts_at": MONDAY + timedelta(hours=2), "state": "proposed"}
    CalendarFeed.objects.get_or_create(staff=make.rm)
    make.keep("proposed", AppointmentFactory(client=client, host=make.rm, **later))


def _leads(make):
    """A list of leads that the person was given."""
    asked = {"given_by": make.place.spare, "given_to": make.rm, "unit": make.place.unit}
    asked |= {"quota": 3, "due_on": _DUE.date(), "given_at": MONDAY}
    make.keep("lead-list", LeadList.objects.create(name="Spring fair", **asked))


def _sales(make, client):
    """A product, an assessment, checks and sales on the way, and a benefit that was booked."""
    disclosure = DisclosureFactory()
    about = {"client": client, "product": make.keep("product", disclosure.product)}
    about["assessment"] = make.keep("assessment", AssessmentFactory(client=client))
    make.keep("check", CheckFactory(**about))
    make.keep("sale", SaleFactory(client=client, suitability_check=CheckFactory(**about)))
    shown = {"state": "disclosed", "disclosure": disclosure, "disclosed_at": MONDAY}
    check = CheckFactory(**about)
    make.keep("disclosed", SaleFactory(client=client, suitability_check=check, **shown))
    grant = make.keep("grant", GrantFactory(client=client, used=1))
    make.keep("use", BenefitUse.objects.create(grant=grant, day=MONDAY.date()))


def _referrals(make):
    """One that waits for the person's answer, and one that the person made."""
    asked = {"referrer": make.place.lobby, "target": make.rm}
    made = {"referrer": make.referrer, "target": make.asked}
    for kind, sides in (("referral-to-me", asked), ("referral-by-me", made)):
        client = make.client(state=State.REFERRED)
        make.keep(kind, ReferralFactory(client=client, outlet=make.place.unit, **sides))


def _handovers(make):
    """Drafts, submitted and accepted ones, sent by the person and sent to the person."""
    for state in ("draft", "submitted", "accepted"):
        _handover(make, f"{state}-by-me", state, make.sender, make.asked)
        receiver = make.rm if make.rm != make.place.marketing else make.place.wealth
        sent = _handover(make, f"{state}-to-me", state, make.place.marketing, receiver)
    _lent(make, sent.client)
    gap = _handover(make, "gap-by-me", "draft", make.sender, make.asked)
    twice = _handover(make, "twice-by-me", "returned", make.sender, make.asked)
    Handover.objects.filter(pk=gap.pk).update(file={**gap.file, "risk": ""})
    Handover.objects.filter(pk=twice.pk).update(returns=2, return_reason="incomplete")


def _outside(make):
    """A visit to the prospect of the draft where they live, made last Friday."""
    prospect = make.stage.things["draft-client", make.whose]
    made = {"starts_at": MONDAY - timedelta(days=3), "state": "held", "place": "The park"}
    make.keep("outside", AppointmentFactory(client=prospect, host=prospect.owner, **made))


def _lent(make, client):
    """A file that the person may read, because a handover of it was sent to them."""
    make.keep("lent", client)
    promised = {"owner": client.owner, "created_at": client.responsible_since}
    make.keep("lent-follow-up", FollowUpFactory(client=client, **promised))


def _handover(make, kind, state, sender, receiver):
    client = make.client(owner=sender, state=State.PROSPECT)
    due = clock.SOMEDAY if state == "draft" else _DUE
    sides = {"from_staff": sender, "to_staff": receiver}
    make.keep(kind.replace("draft-by-me", "draft-client"), client)
    made = make.keep(kind, HandoverFactory(client=client, state=state, due_at=due, **sides))
    if state != "draft":
        FileReader.objects.get_or_create(client=client, staff=receiver, defaults={"since": MONDAY})
    return made


def _plans(make):
    """Plans that the person made, each for a colleague who keeps one client."""
    for kind, state in _PLANS.items():
        goes = employed(make.place.unit, Post.WEALTH_RM)
        ended = {"ended_at": MONDAY} if state == "done" else {}
        made = {"state": state, "created_by": make.rm, "created_at": MONDAY, **ended}
        clients = [make.client(owner=goes)]
        make.keep(kind, PlanFactory(from_staff=goes, clients=clients, **made))
