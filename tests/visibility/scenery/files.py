"""The clients of a person's book, and what hangs on the file of one."""

from datetime import date, timedelta

from clients.book.models import Category, State
from clients.models import Client, Duplicate, Household, Member, Merge
from managers.people.models import Post
from tests.conftest import MONDAY
from tests.factories import (
    BalanceFactory,
    ClientFactory,
    ClientRequestFactory,
    ConsentFactory,
    ContactFactory,
    FollowUpFactory,
    HoldingFactory,
    ImportantDateFactory,
    LifeEventFactory,
    OutsideHoldingFactory,
    ProgrammeRunFactory,
    RelativeFactory,
    SeriesFactory,
)
from tests.factories.privacy import PrivacyRequestFactory

LATER = MONDAY + timedelta(hours=1)  # what is planned was planned before


def files(make):
    """A client of the person's book, with all that hangs on a file."""
    prospect = make.rm.current_post == Post.MARKETING_RM
    state = State.PROSPECT if prospect else State.OWNED
    client = make.keep("client", make.client(owner=make.rm, state=state))
    promised = {"owner": make.rm, "created_at": client.responsible_since}
    make.keep("follow-up", FollowUpFactory(client=client, **promised))
    make.keep(
        "contact",
        ContactFactory(client=client, staff=make.rm, happened_at=MONDAY, recorded_at=LATER),
    )
    make.keep("series", SeriesFactory(client=client))
    running = make.client(owner=make.rm, state=state)
    make.keep("programme", ProgrammeRunFactory(client=running))
    make.keep("request", ClientRequestFactory(client=client, owner=make.rm))
    make.keep("holding", HoldingFactory(client=client, category=Category.DEPOSIT))
    make.keep("balance", BalanceFactory(client=client))
    make.keep("household", _household(make, client))
    make.keep("file-date", ImportantDateFactory(client=client))
    make.keep("file-event", LifeEventFactory(client=client))
    make.keep("file-relative", RelativeFactory(client=client))
    make.keep("file-outside", OutsideHoldingFactory(client=client))
    make.keep("file-consent", ConsentFactory(client=client))
    _twins(make, client)
    _guarded(make, state)
    make.keep("closed", make.client(owner=make.rm, state=State.CLOSED, ended_on=MONDAY.date()))
    make.keep("left", make.client(owner=make.rm, state=state, aum=0, client_since=date(2019, 3, 1)))
    make.keep("pooled", make.client(state=State.IDENTIFIED))
    _requests(make, client)
    return client


def _guarded(make, state):
    """A restricted file, one about the person, and clients of colleagues away or back."""
    make.keep("restricted", make.client(owner=make.rm, state=state, restricted=True))
    whose = make.place.lobby if make.rm == make.place.wealth else make.rm
    shut = {"state": State.CLOSED, "do_not_contact": True, "locked_at": MONDAY}
    make.keep("locked", make.client(owner=make.rm, **shut))
    make.keep("own-file", make.client(owner=make.place.spare, person=whose))
    today = MONDAY.date()
    make.keep("covered", make.client(owner=make.away(until=today)))
    make.keep("was-covered", make.client(owner=make.away(until=today - timedelta(days=1))))


def _household(make, client):
    """A family with a member far away, whose name stays masked here."""
    family = Household.objects.create()
    far = make.stage.there
    relative = make.client(owner=far.wealth, outlet=far.unit)
    place, _theirs = [
        Member.objects.create(household=family, client=member, relation=relation)
        for member, relation in ((client, "holder"), (relative, "spouse"))
    ]
    make.keep("place", place)
    return family


def _twins(make, client):
    """A second file of the client, and two files that are one already."""
    same = {"name": client.name, "birth_date": date(1980, 5, 4), "outlet": client.outlet}
    same |= {"owner": make.rm, "state": client.state}
    Client.objects.filter(pk=client.pk).update(birth_date=same["birth_date"])
    twins = {"first": client, "second": ClientFactory(**same)}
    make.keep("duplicate", Duplicate.objects.create(reason="birth", found_at=MONDAY, **twins))
    files = {"kept": ClientFactory(**same), "merged": ClientFactory(**same)}
    Client.objects.filter(pk=files["merged"].pk).update(
        state=State.CLOSED, merged_into=files["kept"]
    )
    changed = {"kept": {}, "merged": {"state": [client.state, State.CLOSED]}}
    changed |= {"facts": [], "follow_ups": {}, "holdings": {}}
    make.keep("merge", Merge.objects.create(set=changed, made_by=make.rm, made_at=MONDAY, **files))


def _requests(make, client):
    """What a client asks about their data, taken down by the person."""
    about = {"client": client, "registered_by": make.rm}
    make.keep("data-request", PrivacyRequestFactory(**about))
    make.keep("correction", PrivacyRequestFactory(kind="correction", **about))
