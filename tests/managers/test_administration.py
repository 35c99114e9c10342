"""The administrator's tables: which there are, who opens them, and what is written there."""

from datetime import date

import pytest
from django.urls import reverse

from crm import bank, workdays
from crm.models import BankSetting, CalendarDay
from managers.models import (
    Absence,
    AuditEvent,
    Eligibility,
    OrgUnit,
    Posting,
    Staff,
)
from tests.administration import a_row_of_each, adding, changing, listing, pages
from tests.factories import EligibilityFactory, StaffFactory

__all__ = ["a_row_of_each"]

pytestmark = pytest.mark.django_db


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_the_administration_has_the_tables_of_the_bank_and_of_no_package(client, admin):
    client.force_login(admin)

    shown = client.get("/admin/").context["app_list"]

    tables = {
        app["app_label"]: sorted(row["object_name"] for row in app["models"]) for app in shown
    }
    assert tables == {
        "clients": [
            *["Benefit", "ContactStandard", "Disclosure", "Product", "Programme", "Room"],
            "TriggerRule",
        ],
        "crm": ["BankSetting", "CalendarDay"],
        "managers": [
            *["Absence", "Associate", "AuditEvent", "Eligibility", "Letter", "Licence"],
            *["OpeningHours", "OrgUnit", "Posting", "SpokenLanguage", "Staff"],
        ],
    }
    for package in ("knox/authtoken", "account/emailaddress", "auth/group"):
        assert client.get(f"/admin/{package}/").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_the_administration_opens_in_both_languages(
    client, admin, a_row_of_each, language
):
    Staff.objects.filter(pk=admin.pk).update(language=language)
    client.force_login(admin)

    for address in pages():
        page = client.get(address)
        assert (address, page.status_code) == (address, 200)
        assert page.headers["Content-Language"] == language


@pytest.mark.parametrize("who", ["rm", "head", "teller"])
def test_the_administration_is_closed_to_all_others(client, request, a_row_of_each, who):
    person = request.getfixturevalue(who)
    client.force_login(person)
    answers = {client.get(address).status_code for address in ["/admin/", *pages()]}
    assert answers == {302}

    person.is_staff = True  # a slip of the pen gives nobody the administrator's rights
    person.save()
    assert {client.get(address).status_code for address in pages()} == {403}


@pytest.mark.parametrize("who", ["auditor", "officer"])
def test_who_reads_the_audit_reads_it_there_and_nothing_else(client, request, a_row_of_each, who):
    person = request.getfixturevalue(who)
    Staff.objects.filter(pk=person.pk).update(is_staff=True)
    client.force_login(person)

    for address in pages():
        expected = 200 if "/auditevent/" in address else 403
        assert (address, client.get(address).status_code) == (address, expected)


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
    address = changing(rm.postings.get())

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

    address = changing(old)
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
