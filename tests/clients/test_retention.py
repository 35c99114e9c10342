"""Retention: what is due, what law keeps, and the proof of what went (rules J7)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from clients.models import Contact, Erasure, Handover, Referral
from clients.privacy import actions, kinds, queries
from clients.privacy.actions import retention
from clients.privacy.periods import Period
from crm import bank
from crm.lib import clock
from crm.models import BankSetting
from managers.audit.queries import verify
from managers.models import AuditEvent, Notification, SignIn
from tests.factories import (
    ClientFactory,
    ContactFactory,
    HandoverFactory,
    HoldingFactory,
    NotificationFactory,
    ReferralFactory,
)
from tests.factories.access import SignInFactory

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PERIODS = st.builds(Period, months=st.integers(0, 180), days=st.integers(0, 400))


def set_months(valid_from, **changed):
    value = bank.DEFAULTS["retention.months"] | changed
    BankSetting.objects.create(key="retention.months", valid_from=valid_from, value=value)
    bank.forget()


def line(code, *, on=None):
    return next(row for row in queries.report(on=on or clock.today()) if row.kind.code == code)


def years_ago(now, years, days=0):
    return now - relativedelta(years=years) - timedelta(days=days)


# --- The clock


@given(DAYS, DAYS, PERIODS)
@example(date(2024, 2, 29), date(2025, 2, 28), Period(months=12))
@example(date(2024, 2, 29), date(2025, 3, 1), Period(months=12))
@example(date(2025, 1, 31), date(2025, 3, 1), Period(months=1))
def test_what_began_up_to_the_cut_is_over_and_nothing_else(start, on, period):
    assert (start <= period.cut(on)) == period.is_over(start, on=on)


@given(DAYS, PERIODS)
def test_the_first_day_does_not_count_and_the_last_lasts_to_its_end(start, period):
    last = period.last_day(start)

    assert not period.is_over(start, on=last)
    assert period.is_over(start, on=last + timedelta(days=1))


def test_a_leap_day_ends_on_the_last_of_february():
    assert Period(months=120).last_day(date(2024, 2, 29)) == date(2034, 2, 28)
    assert Period(months=48).last_day(date(2024, 2, 29)) == date(2028, 2, 29)


@pytest.mark.django_db
@given(months=st.integers(-5, 400))
def test_no_setting_undercuts_the_law(months):
    BankSetting.objects.all().delete()
    set_months(date(2026, 1, 1), clients=months)

    [clients] = [kind for kind in kinds.kinds() if kind.code == "clients"]
    assert clients.period(date(2026, 11, 23)).months == max(120, months)


@pytest.mark.django_db
def test_the_administrator_is_told_what_the_law_asks_for():
    value = bank.DEFAULTS["retention.months"] | {"clients": 60}
    row = BankSetting(key="retention.months", valid_from=date(2026, 12, 1), value=value)

    with pytest.raises(ValidationError, match="at least 120 of clients"):
        row.clean()


@pytest.mark.django_db
def test_a_shorter_period_rules_from_its_day_on(rm, now):
    ContactFactory(staff=rm, happened_at=years_ago(now, 4))
    set_months(date(2026, 11, 24), contacts=36)

    assert line("contacts", on=date(2026, 11, 23)).due == 0
    assert line("contacts", on=date(2026, 11, 24)).due == 1


# --- What is due


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ended_on", "due"), [("2016-11-22", 1), ("2016-11-23", 0), (None, 0), ("2026-01-01", 0)]
)
def test_law_keeps_a_client_for_ten_years_after_the_end(rm, ended_on, due):
    ClientFactory(owner=rm, state="closed", ended_on=ended_on)

    found = line("clients")
    assert (found.due, found.kept) == (due, 1 - due)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "due"), [(0, 0), (1, 1)])
def test_a_prospect_goes_two_years_after_the_last_word(rm, now, days, due):
    word = years_ago(now, 2, days)
    ClientFactory(owner=rm, state="prospect", aum=0, created_at=word, last_contact_at=word)

    assert line("prospects").due == due


@pytest.mark.django_db
def test_who_holds_anything_is_no_prospect(rm, now):
    old = years_ago(now, 3)
    client = ClientFactory(owner=rm, state="prospect", aum=0, created_at=old)
    HoldingFactory(client=client)

    assert (line("prospects").due, line("clients").kept) == (0, 1)


# --- Throwing away


@pytest.fixture
def old_words(rm, lobby, marketing, now):
    """A contact, a referral and a handover whose words are due, beside a contact of yesterday."""
    old, client = years_ago(now, 6), ClientFactory(owner=rm)
    ContactFactory(client=client, staff=rm, happened_at=old, notes="Old words", next_step="Call")
    ContactFactory(client=client, staff=rm, notes="New words")
    ReferralFactory(
        client=client,
        referrer=lobby,
        target=rm,
        made_at=old,
        note="Old words",
        state="declined",
        decline_reason="Moved away",
    )
    HandoverFactory(
        client=client,
        from_staff=marketing,
        to_staff=rm,
        state="closed",
        created_at=old,
        file={"needs": "Old words"},
    )


@pytest.mark.django_db
def test_words_go_and_the_figures_stay(old_words, now):
    done = actions.apply_retention(at=now)

    assert (done["contacts"], done["referrals"], done["handovers"]) == (1, 1, 1)
    assert sorted(Contact.objects.values_list("notes", flat=True)) == ["", "New words"]
    assert Referral.objects.get().decline_reason == "–"
    assert Handover.objects.get().file == {}


@pytest.mark.django_db
def test_a_second_time_finds_nothing(old_words, now):
    actions.apply_retention(at=now)

    assert set(actions.apply_retention(at=now).values()) == {0}
    assert Erasure.objects.count() == 3


@pytest.mark.django_db
def test_many_go_in_chunks_each_with_its_proof(rm, now, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    for _ in range(5):
        SignInFactory(staff=rm, at=years_ago(now, 2))

    assert actions.apply_retention(at=now)["sign_ins"] == 5
    proofs = Erasure.objects.filter(kind="sign_ins").order_by("pk")
    assert [proof.count for proof in proofs] == [2, 2, 1]
    assert not SignIn.objects.exists()


@pytest.mark.django_db
def test_each_proof_is_in_the_audit_which_holds(old_words, now):
    actions.apply_retention(at=now)

    events = AuditEvent.objects.filter(verb="erasure.made")
    assert {event.facts["digest"] for event in events} == set(
        Erasure.objects.values_list("digest", flat=True)
    )
    assert "Old words" not in str(list(Erasure.objects.values()))
    assert verify().fault is None


@pytest.mark.django_db
def test_the_command_only_reports_until_it_is_told_to(rm, now):
    NotificationFactory(to=rm, read_at=years_ago(now, 1))

    def run(*options):
        out = StringIO()
        call_command("retention", "--json", *options, stdout=out)
        return json.loads(out.getvalue().splitlines()[-1])

    dry = run()
    assert next(k for k in dry["kinds"] if k["kind"] == "notifications")["due"] == 1
    assert dry["applied"] == {}
    assert Notification.objects.exists()
    assert run("--apply")["applied"]["notifications"] == 1
    assert not Notification.objects.exists()


# --- The page


@pytest.mark.django_db
def test_the_officer_sees_what_is_due_and_what_went(client, old_words, officer, now):
    client.force_login(officer)
    page = client.get(reverse("retention"))
    assert [row.due for row in page.context["lines"] if row.kind.code == "contacts"] == [1]

    actions.apply_retention(at=now)

    page = client.get(reverse("retention"))
    assert "Notes of contacts" in [str(label) for _row, label in page.context["proofs"]]
    assert Erasure.objects.first().digest in page.content.decode()
