"""The demo bank: the same for the same seed, true to the rules, and only on empty ground."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Max, Min, Sum

from clients.book.models import WITH_OWNER, State
from clients.models import (
    BenefitGrant,
    Client,
    Consent,
    Contact,
    FollowUp,
    Handover,
    Holding,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Ownership,
    Preferences,
    Referral,
    Relative,
    RiskAssessment,
    SaleRecord,
)
from crm.lib import clock
from managers.models import OrgUnit, PointEntry, Posting, Staff
from managers.people.models import Post
from tests.factories import OrgUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_bank(settings, tmp_path):
    """A small demo bank."""
    settings.VAR = tmp_path

    def load(seed=7):
        call_command("demo", clients=600, seed=seed, verbosity=0)

    return load


def portrait() -> list:
    """What makes one demo bank differ from another; sealed values differ in every run."""
    clients = Client.objects.order_by("number").values_list(
        "number", "name", "tier", "state", "aum", "owner__employee_no", "phone_index"
    )
    return [
        *clients,
        *FollowUp.objects.order_by("pk").values_list("client__number", "due_at", "state"),
        *PointEntry.objects.order_by("pk").values_list("staff__employee_no", "day", "points"),
        *RiskAssessment.objects.order_by("pk").values_list("client__number", "level"),
        *BenefitGrant.objects.order_by("pk").values_list("client__number", "quota", "used"),
        *Preferences.objects.order_by("pk").values_list("client__number", "avoid"),
        *ImportantDate.objects.order_by("pk").values_list("client__number", "month", "day"),
    ]


def test_it_has_every_post_grade_and_state_on_show(demo_bank):
    demo_bank()

    kinds = OrgUnit.objects.values_list("kind", flat=True)
    assert (kinds.filter(kind="branch").count(), kinds.filter(kind="outlet").count()) == (3, 12)
    assert set(Posting.objects.values_list("post", flat=True)) == set(Post.values)
    assert Posting.objects.exclude(grade="").values("grade").distinct().count() == 6
    assert set(Client.objects.values_list("state", flat=True)) == set(State.values)
    assert set(FollowUp.objects.values_list("state", flat=True)) == set(FollowUp.State.values)
    assert set(Referral.objects.values_list("state", flat=True)) == set(Referral.State.values)
    assert set(Handover.objects.values_list("state", flat=True)) == set(Handover.State.values)


def test_it_keeps_the_rules_that_the_actions_keep(demo_bank):
    demo_bank()

    served = Client.objects.exclude(state=State.CLOSED)
    due = dict(FollowUp.objects.open().order_by().values_list("client").annotate(Min("due_at")))
    contacts = Contact.objects.filter(is_valid=True).order_by()
    last = dict(contacts.values_list("client").annotate(Max("happened_at")))
    held = dict(Holding.objects.order_by().values_list("client").annotate(Sum("amount")))
    open_rows = Ownership.objects.filter(until=None)

    assert all(client.next_due_at == due.get(client.pk, clock.SOMEDAY) for client in served)
    assert all(client.last_contact_at == last.get(client.pk, clock.NEVER) for client in served)
    assert all(held.get(c.pk, 0) == c.aum for c in Client.objects.exclude(state=State.CLOSED))
    assert open_rows.count() == Client.objects.count()
    assert not open_rows.exclude(owner=F("client__owner")).filter(owner__isnull=False).exists()
    assert not Client.objects.filter(state__in=WITH_OWNER, owner=None).exists()


def test_it_sells_by_the_rules(demo_bank):
    demo_bank()

    sales = SaleRecord.objects.select_related("suitability_check__assessment")
    states = set(sales.values_list("state", flat=True))
    grants = BenefitGrant.objects.all()

    assert states == {"recommended", "confirmed"}
    assert all(sale.suitability_check.level >= sale.product.risk for sale in sales)
    assert set(RiskAssessment.objects.values_list("level", flat=True)) == {1, 2, 3, 4, 5}
    assert grants.filter(used=0).exists()
    assert all(grant.uses.count() == grant.used for grant in grants[:50])


def test_clients_told_something_of_every_kind(demo_bank):
    demo_bank()

    for model in (Preferences, LifeEvent, Relative, OutsideHolding):
        assert model.objects.exists()
    assert set(ImportantDate.objects.values_list("calendar", flat=True)) == {"solar", "lunar"}
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"marketing", "household"}
    assert Consent.objects.filter(withdrawn_on__isnull=False).exists()


@pytest.mark.django_db(transaction=True)  # it empties the tables in between
def test_the_same_seed_gives_the_same_bank_and_another_seed_another(demo_bank, settings):
    demo_bank(seed=7)
    first = portrait()
    call_command("flush", interactive=False, verbosity=0)
    demo_bank(seed=7)
    again = portrait()
    call_command("flush", interactive=False, verbosity=0)
    demo_bank(seed=8)

    assert first == again != portrait()


def test_it_refuses_a_database_that_holds_other_data(demo_bank):
    OrgUnitFactory()

    with pytest.raises(CommandError, match="holds data already"):
        demo_bank()

    assert not Staff.objects.exists()


def test_the_sign_ins_are_for_the_owner_of_the_machine_only(demo_bank, settings):
    demo_bank()
    kept = settings.VAR / "demo-signins.txt"

    assert kept.stat().st_mode & 0o077 == 0
    numbers = [line.split()[0] for line in kept.read_text().splitlines()[1:]]
    posts = [Staff.objects.get(employee_no=number).current_post for number in numbers]
    assert posts[0] == Post.WEALTH_RM
    assert {Post.BRANCH_HEAD, Post.WEALTH_HEAD, Post.CP_OFFICER, Post.AUDITOR} < {*posts}


def test_every_outlet_has_a_restricted_file(demo_bank):
    demo_bank()

    restricted = Client.objects.filter(restricted=True).values_list("outlet", flat=True)
    assert len(set(restricted)) == len(restricted) == 12
