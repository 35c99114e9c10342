"""People: accounts, postings and absences; the front door; the administrator's tables."""

from datetime import date

import pytest
from django.urls import reverse
from knox.models import AuthToken

from crm import bank, workdays
from crm.lib.errors import RuleBroken
from crm.models import BankSetting, CalendarDay
from managers.models import Absence, AuditEvent, Eligibility, OrgUnit, Posting, Staff
from managers.people import actions
from tests.factories import (
    AbsenceFactory,
    EligibilityFactory,
    PostingFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


# --- Hiring and posting


def test_a_person_is_hired_and_spelled_in_pinyin(admin, now):
    person = actions.hire(employee_no="880900", name="单雄信", by=admin, at=now)

    assert (person.latin_name, person.is_active) == ("Shan Xiongxin", True)
    assert not person.has_usable_password()
    assert verbs() == ["staff.hired"]


def test_a_staff_number_belongs_to_one_person(rm, admin, now):
    with pytest.raises(RuleBroken, match="this staff number") as refused:
        actions.hire(employee_no=rm.employee_no, name="林月", by=admin, at=now)

    assert set(refused.value.fields) == {"employee_no"}
    assert AuditEvent.objects.count() == 0


def test_nobody_becomes_an_rm_without_the_five_attestations(outlet, admin, now):
    person = StaffFactory()
    actions.attest(
        person,
        ethics=True,
        knowledge=True,
        experience=False,
        health=True,
        clean_record=False,
        by=admin,
        at=now,
    )

    with pytest.raises(RuleBroken) as refused:
        actions.post_to(
            person,
            unit=outlet,
            post="wealth_rm",
            grade="trainee",
            step=1,
            since=date(2026, 12, 1),
            by=admin,
            at=now,
        )

    assert str(refused.value) == (
        "Not attested for a relationship manager: relevant experience and no adverse work record."
    )


def test_the_latest_attestation_counts(outlet, admin, now):
    person = StaffFactory()
    EligibilityFactory(staff=person)
    items = dict.fromkeys(("ethics", "knowledge", "experience", "health"), True)
    actions.attest(person, **items, clean_record=False, by=admin, at=now)

    with pytest.raises(RuleBroken, match="no adverse work record"):
        actions.post_to(
            person,
            unit=outlet,
            post="lobby_manager",
            grade="trainee",
            step=1,
            since=date(2026, 12, 1),
            by=admin,
            at=now,
        )


def test_a_new_posting_ends_the_one_before(rm, other_outlet, admin, now):
    EligibilityFactory(staff=rm)

    posting = actions.post_to(
        rm,
        unit=other_outlet,
        post="wealth_rm",
        grade="senior",
        step=4,
        since=date(2026, 12, 1),
        by=admin,
        at=now,
    )

    before = Posting.objects.get(staff=rm, until__isnull=False)
    assert (before.until, posting.since, posting.sequence) == (
        date(2026, 12, 1),
        date(2026, 12, 1),
        "rm",
    )
    assert rm.postings.on(date(2026, 11, 30)).get() == before
    assert rm.postings.on(date(2026, 12, 1)).get() == posting


@pytest.mark.parametrize("since", [date(2026, 1, 1), date(2025, 6, 1)])
def test_a_posting_begins_after_the_present_one(teller, outlet, admin, now, since):
    with pytest.raises(RuleBroken, match="began on 2026-01-01") as refused:
        actions.post_to(teller, unit=outlet, post="teller_cash", since=since, by=admin, at=now)

    assert set(refused.value.fields) == {"since"}


@pytest.mark.parametrize(
    ("post", "grade", "step", "sentence"),
    [
        ("wealth_rm", "", None, "Choose a grade"),
        ("wealth_rm", "assistant", 5, "Choose a grade"),
        ("teller_cash", "assistant", 1, "Only relationship managers have a grade"),
    ],
)
def test_a_grade_goes_with_the_sequence_and_has_its_steps(
    outlet, admin, now, post, grade, step, sentence
):
    person = EligibilityFactory().staff

    with pytest.raises(RuleBroken, match=sentence):
        actions.post_to(
            person,
            unit=outlet,
            post=post,
            grade=grade,
            step=step,
            since=date(2026, 12, 1),
            by=admin,
            at=now,
        )


# --- Absences


def away(person, admin, now, first=(2026, 12, 1), last=(2026, 12, 4), **changes):
    days = {"first_day": date(*first), "last_day": date(*last)}
    return actions.be_absent(person, **days, by=admin, at=now, **changes)


def test_a_colleague_with_the_same_post_covers(rm, peer, admin, now):
    absence = away(rm, admin, now, deputy=peer)

    assert Absence.objects.on(date(2026, 12, 4)).get() == absence
    assert not Absence.objects.on(date(2026, 12, 5)).exists()


def test_a_deputy_has_the_same_post_and_is_there(rm, peer, teller, admin, now):
    with pytest.raises(RuleBroken, match="same post"):
        away(rm, admin, now, deputy=teller)
    with pytest.raises(RuleBroken, match="in service"):
        away(rm, admin, now, deputy=rm)

    AbsenceFactory(staff=peer, first_day=date(2026, 12, 4), last_day=date(2026, 12, 9))
    with pytest.raises(RuleBroken, match="deputy is away"):
        away(rm, admin, now, deputy=peer)


def test_absences_do_not_overlap_and_end_after_they_begin(rm, admin, now):
    away(rm, admin, now)

    with pytest.raises(RuleBroken, match="already"):
        away(rm, admin, now, first=(2026, 12, 4), last=(2026, 12, 8))
    with pytest.raises(RuleBroken, match="before the first"):
        away(rm, admin, now, first=(2026, 12, 9), last=(2026, 12, 8))


# --- Access


def test_ending_access_ends_sessions_and_tokens_at_once(client, rm, peer, admin, now):
    client.force_login(rm)
    AuthToken.objects.create(user=rm)
    AuthToken.objects.create(user=peer)

    actions.deactivate(rm, by=admin, at=now)
    actions.reactivate(rm, by=admin, at=now)

    assert client.get(reverse("home")).url.startswith(reverse("account_login"))
    assert [token.user for token in AuthToken.objects.all()] == [peer]
    assert verbs() == ["staff.deactivated", "staff.reactivated"]


def test_nobody_ends_their_own_access(admin, now):
    with pytest.raises(RuleBroken, match="your own access"):
        actions.deactivate(admin, by=admin, at=now)


# --- The front door and preferences


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("rm", "today"),
        ("marketing", "today"),
        ("head", "branch"),
        ("lobby", "relay"),
        ("teller", "relay"),
        ("admin", "competition"),
    ],
)
def test_everybody_begins_at_the_page_of_their_post(client, request, who, page):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/").url == reverse(page)


@pytest.mark.parametrize("who", ["auditor", "officer"])
def test_posts_without_a_list_are_told_what_they_can_do(client, request, who):
    client.force_login(request.getfixturevalue(who))

    page = client.get("/")

    assert page.status_code == 200
    assert "No list waits for your post" in page.content.decode()


def test_language_and_theme_are_kept_and_the_person_goes_back(client, rm):
    client.force_login(rm)

    answer = client.post(
        reverse("set-preferences"), {"language": "zh-hans", "next": "/competition/?period=2026"}
    )

    rm.refresh_from_db()
    assert answer.url == "/competition/?period=2026"
    assert (rm.language, rm.theme) == ("zh-hans", "auto")
    assert answer.cookies["django_language"].value == "zh-hans"
    client.post(reverse("set-preferences"), {"theme": "dark"})
    rm.refresh_from_db()
    assert (rm.language, rm.theme) == ("zh-hans", "dark")


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "", "javascript:0"]
)
def test_preferences_never_lead_to_another_site(client, rm, elsewhere):
    client.force_login(rm)

    answer = client.post(reverse("set-preferences"), {"theme": "light", "next": elsewhere})

    assert answer.url == "/"


def test_nonsense_preferences_change_nothing(client, rm):
    client.force_login(rm)

    client.post(reverse("set-preferences"), {"language": "tlh", "theme": "neon"})

    rm.refresh_from_db()
    assert (rm.language, rm.theme) == ("en", "auto")


def test_preferences_are_posted_not_followed(client, rm):
    client.force_login(rm)

    assert client.get(reverse("set-preferences")).status_code == 405


# --- The administrator's tables


def listing(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def adding(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


TABLES = [OrgUnit, Staff, Posting, Eligibility, Absence, BankSetting, CalendarDay]


@pytest.mark.parametrize("model", TABLES)
def test_administrators_at_head_office_see_the_tables_others_do_not(client, admin, head, model):
    client.force_login(admin)
    assert client.get(listing(model)).status_code == 200
    assert client.get(adding(model)).status_code == 200

    head.is_staff = True  # a slip of the pen gives nobody the administrator's rights
    head.save()
    client.force_login(head)
    assert client.get(listing(model)).status_code == 403


def test_an_administrator_needs_no_permissions_of_django(client, admin):
    Staff.objects.filter(pk=admin.pk).update(is_superuser=False)
    client.force_login(admin)

    assert client.get(listing(Staff)).status_code == 200


def test_the_administrator_hires_with_a_first_password(client, admin):
    client.force_login(admin)
    typed = {"employee_no": "880900", "name": "王芳", "language": "en", "password": "secret"}

    refused = client.post(adding(Staff), typed)
    assert "too short" in refused.content.decode()
    client.post(adding(Staff), {**typed, "password": "a long enough sentence"})

    person = Staff.objects.get(employee_no="880900")
    assert person.check_password("a long enough sentence")
    assert person.latin_name == "Wang Fang"
    assert verbs() == ["staff.hired"]


def test_the_administrator_sees_why_a_posting_is_refused(client, admin, outlet):
    client.force_login(admin)
    person = StaffFactory()
    typed = {
        "staff": person.pk,
        "unit": outlet.pk,
        "post": "wealth_rm",
        "grade": "trainee",
        "step": 1,
        "since": "2026-12-01",
    }

    refused = client.post(adding(Posting), typed)
    assert "Not attested for a relationship manager" in refused.content.decode()
    EligibilityFactory(staff=person)
    client.post(adding(Posting), typed)

    assert Posting.objects.get(staff=person).sequence == "rm"
    assert verbs() == ["staff.posted"]


def test_the_administrator_notes_an_absence_and_an_attestation(client, admin, rm, peer):
    client.force_login(admin)
    days = {"first_day": "2026-12-01", "last_day": "2026-12-04"}
    client.post(adding(Absence), {"staff": rm.pk, "kind": "leave", "deputy": peer.pk, **days})
    client.post(adding(Eligibility), {"staff": rm.pk, "ethics": "on"})

    assert Absence.objects.get().deputy == peer
    assert Eligibility.objects.get().attested_by == admin
    assert verbs() == ["staff.absent", "staff.attested"]


def test_postings_stay_as_they_are(client, admin, rm):
    client.force_login(admin)
    address = reverse("admin:managers_posting_change", args=[rm.postings.get().pk])

    assert client.get(address).status_code == 200
    assert client.post(address, {"grade": "chief"}).status_code == 403


def test_a_new_unit_stands_below_its_parent(client, admin, branch_unit):
    client.force_login(admin)
    typed = {"code": "O9", "name": "东门支行", "kind": "outlet", "parent": branch_unit.pk}

    client.post(adding(OrgUnit), {**typed, "code": "O/9"})
    client.post(adding(OrgUnit), {**typed, "is_active": "on"})

    unit = OrgUnit.objects.get(name="东门支行")
    assert unit.path == f"{branch_unit.path}O9/"
    assert verbs() == ["orgunit.added"]


def test_a_setting_of_the_bank_has_the_shape_of_its_default(client, admin):
    client.force_login(admin)
    typed = {"key": "referral.onsite_minutes", "valid_from": "2026-12-01"}

    refused = client.post(adding(BankSetting), {**typed, "value": '"soon"'})
    assert "must look like 30" in refused.content.decode()
    client.post(adding(BankSetting), {**typed, "value": "20"})

    assert bank.read("referral.onsite_minutes", on=date(2026, 11, 30)) == 30
    assert bank.read("referral.onsite_minutes", on=date(2026, 12, 1)) == 20
    assert verbs() == ["banksetting.added"]


def test_a_setting_that_ruled_a_day_is_not_edited(client, admin):
    old = BankSetting.objects.create(key="lookup.rows", valid_from="2026-11-01", value=5)
    client.force_login(admin)

    address = reverse("admin:crm_banksetting_change", args=[old.pk])
    assert client.post(address, {"key": "lookup.rows", "value": "9"}).status_code == 403


def test_an_announced_day_counts_at_once(client, admin):
    client.force_login(admin)
    assert workdays.work_calendar().is_workday(date(2027, 1, 4))

    client.post(adding(CalendarDay), {"date": "2027-01-04", "name": "元旦"})

    assert not workdays.work_calendar().is_workday(date(2027, 1, 4))


def test_access_is_ended_from_the_list(client, admin, rm):
    client.force_login(admin)

    client.post(listing(Staff), {"action": "end_access", "_selected_action": [rm.pk, admin.pk]})

    rm.refresh_from_db()
    admin.refresh_from_db()
    assert (rm.is_active, admin.is_active) == (False, True)


def test_nothing_is_deleted(client, admin, rm):
    client.force_login(admin)

    address = reverse("admin:managers_staff_delete", args=[rm.pk])

    assert client.post(address, {"post": "yes"}).status_code == 403


def test_the_posting_factory_is_a_posting_that_may_be():
    assert PostingFactory().staff.current_post == "wealth_rm"
