"""What a client told: written, and on pages."""

from datetime import date, time

import pytest
from django.db import IntegrityError

from clients.file import actions, rules
from clients.file.wording import best_time
from clients.followups.queries import briefing
from clients.models import Consent, ImportantDate, LifeEvent, OutsideHolding, Preferences, Relative
from crm.lib.errors import RuleBroken, Stale
from managers.audit.models import AuditEvent
from tests.clients.told import TODAY, file
from tests.factories import (
    ConsentFactory,
    ImportantDateFactory,
    LifeEventFactory,
    OutsideHoldingFactory,
    PreferencesFactory,
    RelativeFactory,
)

__all__ = ["file"]


# --- Days that return each year


def test_the_birthday_of_the_papers_counts_unless_the_client_keeps_another(file):
    spouse = ImportantDateFactory(client=file, year=1982)

    days = rules.coming([spouse], file.birth_date, on=TODAY)

    assert [(day.on, day.text) for day in days] == [
        (date(2026, 11, 30), "Spouse: Birthday, turns 44"),
        (date(2027, 1, 14), "Birthday, turns 47"),
    ]

    lunar = ImportantDateFactory(
        client=file, whose="client", calendar="lunar", month=11, day=27, year=1979
    )
    kept = rules.coming([spouse, lunar], file.birth_date, on=TODAY)
    assert [(day.on, day.years, day.is_lunar) for day in kept] == [
        (date(2026, 11, 30), 44, False),
        (date(2027, 1, 4), 47, True),
    ]


# --- Writing


def test_preferences_are_kept_once_a_client_and_recorded_by_names_of_fields(file, rm, now):
    actions.keep_preferences(file, version=0, first="wecom", avoid="fees", by=rm, at=now)
    actions.keep_preferences(file, version=1, first="phone", avoid="fees", by=rm, at=now)

    kept = Preferences.objects.get()
    assert (kept.first, kept.avoid, kept.version) == ("phone", "fees", 2)
    assert list(
        AuditEvent.objects.filter(client_id=file.pk).order_by("pk").values_list("verb", "facts")
    ) == [
        ("preferences.added", {"fields": ["avoid", "first"]}),
        ("preferences.changed", {"fields": ["first"]}),
    ]


def test_who_saves_second_is_told(file, rm, now):
    actions.keep_preferences(file, version=0, first="wecom", by=rm, at=now)

    with pytest.raises(Stale):
        actions.keep_preferences(file, version=0, first="phone", by=rm, at=now)


def test_only_the_owner_writes_into_the_file(file, peer, head, now):
    for person in (peer, head):
        with pytest.raises(RuleBroken) as refused:
            actions.add(file, LifeEvent, kind="home", happens_on=TODAY, by=person, at=now)
        assert refused.value.code == "forbidden"


def test_a_month_without_such_a_day_is_refused(file, rm, now):
    day = {"kind": "birthday", "whose": "client", "calendar": "solar", "month": 4, "day": 31}

    with pytest.raises(RuleBroken) as refused:
        actions.add(file, ImportantDate, **day, by=rm, at=now)

    assert list(refused.value.fields) == ["day"]


def test_a_consent_is_withdrawn_and_never_removed(file, rm, now):
    consent = ConsentFactory(client=file)

    with pytest.raises(RuleBroken):
        actions.remove(consent, version=1, by=rm, at=now)
    actions.change(consent, version=1, withdrawn_on=TODAY, by=rm, at=now)

    consent.refresh_from_db()
    assert (consent.holds_on(date(2026, 11, 22)), consent.holds_on(TODAY)) == (True, False)


def test_offers_need_a_consent_for_their_channel(file):
    with pytest.raises(RuleBroken):
        rules.check_marketing(file, "phone", on=TODAY)

    ConsentFactory(client=file, channel="wecom")
    rules.check_marketing(file, "wecom", on=TODAY)
    with pytest.raises(RuleBroken):
        rules.check_marketing(file, "phone", on=TODAY)

    ConsentFactory(client=file, channel="")
    rules.check_marketing(file, "phone", on=TODAY)
    file.do_not_contact = True
    with pytest.raises(RuleBroken):
        rules.check_marketing(file, "phone", on=TODAY)


# --- The pages

NEW = {
    "dates": (
        ImportantDate,
        {"kind": "birthday", "whose": "spouse", "calendar": "lunar", "month": 6, "day": 30},
    ),
    "life-events": (LifeEvent, {"kind": "home", "whose": "client", "happens_on": "2027-03-01"}),
    "relatives": (Relative, {"relation": "child", "purpose": "School fees"}),
    "outside-holdings": (
        OutsideHolding,
        {"what": "Deposit", "amount": "10000", "told_on": "2026-11-20", "purpose": "Review"},
    ),
    "consents": (
        Consent,
        {"purpose": "marketing", "given_on": "2026-11-20", "evidence": "Form 12"},
    ),
}


@pytest.mark.parametrize("place", NEW)
def test_the_owner_adds_a_line_and_finds_it_on_the_clients_page(place, client, file, rm):
    model, typed = NEW[place]
    client.force_login(rm)

    answer = client.post(f"/clients/{file.pk}/{place}/new/", typed)

    assert (answer.status_code, answer.url) == (302, f"/clients/{file.pk}/")
    row = model.objects.get()
    assert row.client == file
    text = client.get(f"/clients/{file.pk}/").content.decode()
    assert f"/clients/{place}/{row.pk}/" in text


@pytest.mark.parametrize(
    ("place", "make"),
    [
        ("dates", ImportantDateFactory),
        ("life-events", LifeEventFactory),
        ("relatives", RelativeFactory),
        ("outside-holdings", OutsideHoldingFactory),
    ],
)
def test_the_owner_takes_a_line_out(place, make, client, file, rm):
    row = make(client=file)
    client.force_login(rm)

    client.post(f"/clients/{place}/{row.pk}/", {"remove": "yes", "seen": 1})

    assert not type(row).objects.exists()


def test_preferences_are_typed_and_said(client, file, rm):
    client.force_login(rm)

    client.post(
        f"/clients/{file.pk}/preferences/",
        {
            "first": "wecom",
            "then": "phone",
            "days": ["1", "2", "3", "4", "5"],
            "from_time": "10:00",
            "to_time": "11:30",
            "quiet_from": "12:00",
            "quiet_to": "14:00",
            "avoid": "fees he was not told of",
            "seen": 0,
        },
    )

    kept = Preferences.objects.get()
    assert (kept.days, kept.from_time) == ([1, 2, 3, 4, 5], time(10))
    assert best_time(kept) == "weekdays 10:00–11:30, never 12:00–14:00"
    text = client.get(f"/clients/{file.pk}/").content.decode()
    assert "WeCom, then Phone" in text
    assert "Avoid: fees he was not told of." in text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from_time": "10:00"}, "to_time"),
        ({"from_time": "11:00", "to_time": "10:00"}, "to_time"),
        ({"quiet_from": "12:00"}, "quiet_to"),
        ({"quiet_from": "14:00", "quiet_to": "12:00"}, "quiet_to"),
        ({"days": ["9"]}, "days"),
        ({"avoid": "x" * 201}, "avoid"),
    ],
)
def test_contradictions_are_said_beside_the_field(typed, field, client, file, rm):
    client.force_login(rm)

    answer = client.post(f"/clients/{file.pk}/preferences/", {"seen": 0, **typed})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize(
    "half", [{"from_time": time(10)}, {"quiet_from": time(12)}, {"quiet_to": time(14)}]
)
def test_half_a_pair_of_hours_is_kept_by_nobody(file, half):
    with pytest.raises(IntegrityError):
        PreferencesFactory(client=file, **{"from_time": None, "to_time": None} | half)


def test_a_conflicting_edit_shows_both_versions_and_loses_neither(client, file, rm):
    PreferencesFactory(client=file, avoid="fees", version=2)
    client.force_login(rm)
    typed = {"first": "wecom", "then": "phone", "avoid": "early calls", "seen": 1}

    answer = client.post(f"/clients/{file.pk}/preferences/", typed)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.theirs["Avoid"] == "fees"
    assert form["avoid"].value() == "early calls"

    client.post(f"/clients/{file.pk}/preferences/", {**typed, "seen": form["seen"].value()})
    assert Preferences.objects.get().avoid == "early calls"


@pytest.mark.parametrize("who", ["peer", "stranger", "lobby", "teller", "admin"])
def test_for_others_there_is_no_such_line(who, request, client, file):
    row = ImportantDateFactory(client=file)
    client.force_login(request.getfixturevalue(who))

    for place in (f"dates/{row.pk}/", f"{file.pk}/preferences/", f"{file.pk}/dates/new/"):
        assert client.get(f"/clients/{place}").status_code == 404


def test_heads_read_the_file_and_do_not_write_it(client, file, head):
    row = ImportantDateFactory(client=file)
    client.force_login(head)

    assert client.get(f"/clients/{file.pk}/").status_code == 200
    assert client.get(f"/clients/dates/{row.pk}/").status_code == 403


def test_the_briefing_of_a_call_tells_when_and_how_to_call(file, now):
    PreferencesFactory(client=file)

    found = briefing(file, at=now)

    assert (found.likes.get_first_display(), found.best_time) == ("WeCom", "weekdays 10:00–11:30")


def test_a_line_that_a_colleague_changed_is_shown_before_it_is_taken_out(client, file, rm):
    row = LifeEventFactory(client=file, note="sells the press", version=2)
    client.force_login(rm)
    typed = {"kind": "home", "whose": "client", "happens_on": "2027-03-01", "note": "moves"}

    answer = client.post(f"/clients/life-events/{row.pk}/", {**typed, "remove": "yes", "seen": 1})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.theirs["In words"] == "sells the press"
    assert form["note"].value() == "moves"
    assert LifeEvent.objects.filter(pk=row.pk).exists()

    client.post(f"/clients/life-events/{row.pk}/", {**typed, "remove": "yes", "seen": 2})
    assert not LifeEvent.objects.exists()


def test_who_corrects_a_line_that_is_gone_is_told(file, rm, now):
    row = LifeEventFactory(client=file)
    LifeEvent.objects.all().delete()

    with pytest.raises(Stale, match="took this out"):
        actions.change(row, version=1, note="moves", by=rm, at=now)


def test_no_choice_is_offered_as_dashes(client, file, rm):
    client.force_login(rm)

    for place in ("preferences", "dates/new", "life-events/new", "relatives/new", "consents/new"):
        text = client.get(f"/clients/{file.pk}/{place}/").content.decode()
        assert "---" not in text
