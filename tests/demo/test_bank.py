"""The demo bank is true to the rules and has everything on show."""

import pytest
from django.db.models import F, Max, Min, Sum

from clients.book.models import WITH_OWNER, State
from clients.models import (
    BenefitGrant,
    Client,
    ClientRequest,
    Consent,
    Contact,
    FollowUp,
    Handover,
    Holding,
    ImportantDate,
    ImportRun,
    LifeEvent,
    OutsideHolding,
    Ownership,
    Preferences,
    ProgrammeRun,
    Referral,
    Relative,
    RiskAssessment,
    SaleRecord,
    Series,
)
from crm.lib import clock
from crm.lib.mapping.rejected import mended_rows
from managers.models import OrgUnit, Posting, Staff
from managers.people.models import Post

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_it_has_every_post_grade_and_state_on_show(demo_bank):
    kinds = OrgUnit.objects.values_list("kind", flat=True)
    assert (kinds.filter(kind="branch").count(), kinds.filter(kind="outlet").count()) == (3, 12)
    assert set(Posting.objects.values_list("post", flat=True)) == set(Post.values)
    assert Posting.objects.exclude(grade="").values("grade").distinct().count() == 6
    assert set(Client.objects.values_list("state", flat=True)) == set(State.values)
    assert set(FollowUp.objects.values_list("state", flat=True)) == set(FollowUp.State.values)
    assert set(Referral.objects.values_list("state", flat=True)) == set(Referral.State.values)
    assert set(Handover.objects.values_list("state", flat=True)) == set(Handover.State.values)


def test_it_keeps_the_rules_that_the_actions_keep(demo_bank):
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
    sales = SaleRecord.objects.select_related("suitability_check__assessment")
    states = set(sales.values_list("state", flat=True))
    grants = BenefitGrant.objects.all()

    assert states == {"recommended", "confirmed"}
    assert all(sale.suitability_check.level >= sale.product.risk for sale in sales)
    assert set(RiskAssessment.objects.values_list("level", flat=True)) == {1, 2, 3, 4, 5}
    assert grants.filter(used=0).exists()
    assert all(grant.uses.count() == grant.used for grant in grants[:50])


def test_clients_told_something_of_every_kind(demo_bank):
    for model in (Preferences, LifeEvent, Relative, OutsideHolding):
        assert model.objects.exists()
    assert set(ImportantDate.objects.values_list("calendar", flat=True)) == {"solar", "lunar"}
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"marketing", "household"}
    assert Consent.objects.filter(withdrawn_on__isnull=False).exists()


def test_every_book_has_what_goes_on(demo_bank):
    going_on = FollowUp.objects.open()

    assert ProgrammeRun.objects.filter(state="running").exists()
    assert going_on.filter(trigger="programme").exists()
    assert going_on.filter(series__isnull=False).count() == Series.objects.count() > 0
    assert {"open", "closed"} == set(ClientRequest.objects.values_list("state", flat=True))


def test_every_outlet_has_a_restricted_file(demo_bank):
    restricted = Client.objects.filter(restricted=True).values_list("outlet", flat=True)
    assert len(set(restricted)) == len(restricted) == 12


def test_a_head_has_imported_files_one_of_which_has_rows_to_mend(demo_bank):
    found = ImportRun.objects.order_by("pk")

    assert {run.state for run in found} == {"done"}
    assert [(run.created, run.updated, run.unchanged, run.rejected) for run in found] == [
        (4, 3, 0, 0),
        (2, 0, 0, 3),
        (0, 0, 7, 0),
    ]
    mended = mended_rows(found[1].files.rejected().get().content)
    assert {file for file, _row in mended} == {"wealth-evening.csv"}


def test_the_sign_ins_are_for_the_owner_of_the_machine_only(demo_bank):
    kept = demo_bank / "demo-signins.txt"

    assert kept.stat().st_mode & 0o077 == 0
    numbers = [line.split()[0] for line in kept.read_text().splitlines()[1:]]
    posts = [Staff.objects.get(employee_no=number).current_post for number in numbers]
    assert posts[0] == Post.WEALTH_RM
    assert {Post.BRANCH_HEAD, Post.WEALTH_HEAD, Post.CP_OFFICER, Post.AUDITOR} < {*posts}
