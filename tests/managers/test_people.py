"""People: accounts, postings and absences; the front door."""

from datetime import date

import pytest
from django.urls import reverse

from crm.lib.errors import RuleBroken
from managers.models import Absence, AuditEvent, Posting
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


@pytest.mark.django_db
def test_who_has_no_post_today_is_told_so(client):
    client.force_login(StaffFactory())

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


def test_the_posting_factory_is_a_posting_that_may_be():
    assert PostingFactory().staff.current_post == "wealth_rm"


def test_every_page_bears_the_reader_s_number_and_the_minute(client, rm):
    client.force_login(rm)

    page, image = client.get(reverse("inbox")), client.get(reverse("watermark"))

    assert reverse("watermark") in page.content.decode()
    assert "880427 · 2026-11-23 09:10" in image.content.decode()
    assert (image["Content-Type"], image["Cache-Control"]) == (
        "image/svg+xml",
        "private, no-store",
    )
    assert "Cookie" in image["Vary"]
