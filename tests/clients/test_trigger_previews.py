"""An administrator sees what a trigger rule would have made before it rules (rules F2)."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from clients.assets.falls import outflows
from clients.assets.models import StateChange
from clients.followups.triggers import rule_of, rules_in_force
from clients.models import Balance, ContactStandard, FollowUp, Programme, TriggerRule
from clients.planning.actions import plan_events, preview
from clients.planning.sources import PREVIEWED
from clients.planning.views import WAITS_FOR
from crm.lib import clock
from crm.lib.errors import RuleBroken
from tests.clients.followups import MONDAY
from tests.factories import AppointmentFactory, ClientFactory, HoldingFactory

pytestmark = pytest.mark.django_db

TOMORROW = MONDAY + timedelta(days=1)
OCTOBER = {"first": date(2026, 10, 1), "last": date(2026, 10, 31)}
PAGE = "/contact-rules/maturity-7/"
API = "/api/v1/trigger-rules/maturity-7/preview/"


def would(code, **typed):
    rule = rule_of(code, on=MONDAY)
    for name, value in typed.items():
        setattr(rule, name, value)
    return preview(rule, **OCTOBER)


def moment(day):
    return datetime(2026, 10, day, 10, tzinfo=clock.SHANGHAI)


def keep_balances(client, *closings):
    for day, closing in closings:
        Balance.objects.create(client=client, day=day, closing=Decimal(closing))


def test_it_counts_what_would_have_been_due(rm):
    gold, private = (ClientFactory(owner=rm, tier=tier) for tier in ("gold", "private"))
    for client in (gold, private):
        HoldingFactory(client=client, matures_on=date(2026, 10, 15), is_open=False)
        HoldingFactory(client=client, matures_on=date(2026, 11, 5))
    for gone in ({"do_not_contact": True}, {"state": "dormant"}, {"state": "lost"}):
        ClientFactory(owner=rm, birth_date=date(1980, 10, 5), **gone)

    assert would("maturity-7") == 4
    assert would("maturity-7", tiers=["private"]) == 2
    assert would("maturity-30") == 1  # of the private client, thirty days before 5 November
    assert would("maturity-0") == 2
    assert would("birthday") == 0
    assert not FollowUp.objects.exists()


def test_every_rule_tells_what_it_would_have_made_or_what_it_waits_for(db):
    assert {*PREVIEWED, *WAITS_FOR} == set(rules_in_force(MONDAY))
    for code in WAITS_FOR:
        with pytest.raises(RuleBroken, match="Nothing tells"):
            would(code)
    assert [would(code) for code in PREVIEWED] == [0] * len(PREVIEWED)


def test_visits_to_which_nobody_came_are_counted_by_the_day_of_the_call(rm):
    client = ClientFactory(owner=rm)
    for noted in (moment(12), moment(30)):  # a Monday, and a Friday: called in November
        AppointmentFactory(client=client, state="no_show", closed_at=noted)

    assert would("no-show") == 1
    assert would("no-show", offset=0) == 2


def test_who_left_would_have_been_won_back(rm):
    for state, day in (("dormant", 12), ("lost", 14), ("owned", 15)):
        client = ClientFactory(owner=rm, state=state)
        StateChange.objects.create(client=client, was="owned", now=state, at=moment(day))

    assert would("reactivation") == 2


def test_an_outflow_is_counted_on_the_day_on_which_it_began(rm):
    tall = ClientFactory(owner=rm, tier="private")
    keep_balances(tall, (date(2026, 8, 1), 9_000_000), (date(2026, 10, 15), 6_200_000))
    below = ClientFactory(owner=rm, tier="platinum")
    keep_balances(below, (date(2026, 9, 1), 510_000), (date(2026, 10, 20), 499_000))
    slow = ClientFactory(owner=rm, tier="gold")
    months = [date(2026, month, 1) for month in range(6, 11)]
    keep_balances(slow, *((day, 200_000 - day.month * 10_000) for day in months))
    before = ClientFactory(owner=rm, tier="gold")
    keep_balances(before, (date(2026, 8, 1), 400_000), (date(2026, 9, 25), 100_000))
    rose = ClientFactory(owner=rm, tier="gold")  # and fell below what it had risen to
    keep_balances(
        rose,
        (date(2026, 8, 1), 100_000),
        (date(2026, 9, 10), 200_000),
        (date(2026, 9, 12), 100_000),
    )

    found = dict(outflows(date(2026, 10, 1), date(2026, 10, 31)))

    assert found == {
        tall.pk: date(2026, 10, 15),
        below.pk: date(2026, 10, 20),
        rose.pk: date(2026, 10, 10),
    }
    assert would("outflow") == 3
    assert would("outflow", tiers=["private"]) == 1


@pytest.fixture
def matured(rm):
    for tier in ("gold", "private"):
        mine = ClientFactory(owner=rm, tier=tier)
        HoldingFactory(client=mine, matures_on=date(2026, 10, 15))


def typed(**changed):
    usual = {"is_on": "on", "offset": -7, "channel": "call", "priority": 6}
    return {**usual, "valid_from": TOMORROW, **changed}


def test_the_page_tells_it_for_the_rule_and_for_what_is_typed(client, admin, matured):
    client.force_login(admin)
    stands = client.get(PAGE).content.decode()

    tried = client.post(PAGE, typed(tiers=["private"], preview=""))

    assert "As it stands, the rule would have made 2 follow-ups in October 2026." in stands
    page = tried.content.decode()
    assert "With these values 1 follow-up would have been made in October 2026." in page
    assert page.count(" checked") == 2  # that it is on, and the tier
    assert not TriggerRule.objects.exists()
    assert not FollowUp.objects.exists()


def test_a_rule_is_saved_on_its_page_and_rules_from_its_day(client, admin, now):
    client.force_login(admin)

    done = client.post(PAGE, typed(purpose="Ask what comes next", offset=-10))
    again = client.post(PAGE, typed())

    assert done.url == "/contact-rules/"
    made = TriggerRule.objects.get()
    assert (made.code, made.trigger, made.offset) == ("maturity-7", "maturity", -10)
    assert made.set_by == admin
    assert again.status_code == 422
    assert "Something else is set for that day already" in again.content.decode()
    assert "10 days before" in client.get("/contact-rules/").content.decode()


def test_a_standard_is_set_anew_from_its_row_with_what_it_asks_now(client, admin):
    client.force_login(admin)
    ContactStandard.objects.create(
        tier="gold", post="wealth_rm", gap_days=60, channels=["call", "visit"], valid_from=TOMORROW
    )

    text = client.get("/contact-rules/").content.decode()
    [address] = re.findall(r'href="([^"]*)">Wealth RM · Gold<', text)
    form = client.get(address.replace("&amp;", "&")).context["adminform"].form

    asked = {name: form[name].value() for name in ("tier", "stage", "post", "gap_days", "channels")}
    assert asked == {
        "tier": "gold",
        "stage": None,
        "post": "wealth_rm",
        "gap_days": "60",
        "channels": ["call", "visit"],
    }


def test_a_programme_opens_from_its_row(client, admin):
    client.force_login(admin)
    row = Programme.objects.create(code="moved", name="搬家", steps=[], valid_from=TOMORROW)
    address = reverse("admin:clients_programme_change", args=[row.pk])

    assert f'href="{address}">搬家<' in client.get("/contact-rules/").content.decode()
    assert client.get(address).status_code == 200


def test_working_days_are_not_counted_before_an_event(client, admin, now):
    client.force_login(admin)

    refused = [
        client.post(PAGE, typed(in_working_days="on", **button)) for button in ({}, {"preview": ""})
    ]

    assert [answer.status_code for answer in refused] == [422, 422]
    assert all("counted after an event" in answer.content.decode() for answer in refused)
    assert not TriggerRule.objects.exists()
    assert plan_events(at=now)["made"] == 0


def test_the_page_says_what_a_rule_waits_for(client, admin):
    client.force_login(admin)

    pages = [
        client.get(f"/contact-rules/{code}").content.decode()
        for code in ("", "complaint-replied/", "survey-low/")
    ]

    assert ["once complaints are kept here" in page for page in pages] == [True, True, False]
    assert ["once surveys are kept here" in page for page in pages] == [True, False, True]
    assert 'name="preview"' not in pages[1]
    assert client.get("/contact-rules/nothing/").status_code == 404


def test_programs_try_values_as_well(client, admin, matured):
    client.force_login(admin)

    def told(query=""):
        return client.get(f"{API}{query}").json()["would_have_made"]

    assert (told(), told("?tiers=private"), told("?tiers=private&tiers=gold")) == (2, 1, 2)
    assert (told("?offset=-20"), told("?offset=3&in_working_days=true")) == (0, 2)
    assert client.get(f"{API}?tiers=silver").status_code == 400
    assert client.get(f"{API}?offset=-3&in_working_days=true").status_code == 409
    assert client.get("/api/v1/trigger-rules/survey-low/preview/").status_code == 409
    assert client.get("/api/v1/cadences/").json()["results"][0]["code"] == "prospect"
