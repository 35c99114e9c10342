"""Appeals on the pages: made beside the score, decided with the entries at hand, answered."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from crm.lib import clock
from managers.competition import actions
from managers.models import Appeal, PointEntry
from tests.factories import AppealFactory, CompetitionFactory
from tests.managers.contest import give
from tests.managers.examples import RULES
from tests.managers.visiting import see, send

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


def test_what_was_typed_about_an_appeal_stays_where_something_is_missing(client, rm, peer, admin):
    found = CompetitionFactory(is_over=True, state="appeal", steps__at=clock.now())
    mine, other = (
        AppealFactory(competition=found, staff=rm),
        AppealFactory(competition=found, staff=peer),
    )

    answer = send(client, admin, "appeal-decide", mine.pk, uphold="yes", answer="Nine were found.")
    html = answer.content.decode()

    assert answer.status_code == 422
    assert html.count("Nine were found.") == 1
    assert html.count("Give an answer, and the amount to correct if you agree.") >= 1
    assert set(Appeal.objects.filter(state="open")) == {mine, other}


def test_who_decides_an_appeal_is_one_click_from_the_entries(client, rm, admin):
    found = CompetitionFactory(is_over=True, state="appeal", steps__at=clock.now())
    AppealFactory(competition=found, staff=rm, metric="contact")

    html = see(client, admin, "competition-lead", found.pk).content.decode()

    assert f"why={rm.pk}&amp;open=contact#why" in html


def test_an_appeal_goes_from_the_page_to_the_entry(client, rm, admin):
    found = CompetitionFactory(is_over=True, state="appeal", steps__at=clock.now())
    typed = {"metric": "contact", "reason": "Nine September is missing", "evidence": "Log 7"}

    send(client, rm, "appeal-new", found.pk, **typed)
    made = Appeal.objects.get()
    page = see(client, admin, "competition-lead", found.pk).content.decode()
    send(client, admin, "appeal-decide", made.pk, uphold="yes", answer="Added.", amount="1")

    assert "Nine September is missing" in page
    assert PointEntry.objects.get().source == f"appeal:{made.pk}"
    assert "Added." in see(client, rm, "appeal-new", found.pk).content.decode()


def test_who_is_barred_by_what_costs_no_points_says_so_on_the_page(client, rm):
    book = replace(RULES, deductions={}, barring=("complaint",))
    found = CompetitionFactory(
        is_over=True, state="appeal", steps__at=clock.now(), rules=book.dump()
    )
    typed = {"metric": "complaint", "reason": "It was withdrawn", "evidence": "Case 12"}

    send(client, rm, "appeal-new", found.pk, **typed)

    assert Appeal.objects.get().metric == "complaint"


def test_a_colleague_does_not_see_an_appeal(client, rm, peer):
    made = AppealFactory(staff=rm)

    assert send(client, peer, "appeal-decide", made.pk, answer="x").status_code == 404


def test_an_appeal_begins_with_the_metric_that_was_looked_at(client, rm):
    found = CompetitionFactory(is_over=True, state="appeal", steps__at=clock.now())
    give(rm, DAY, contact="3")
    client.force_login(rm)
    board_url = reverse("competition-board", args=[found.pk])

    html = client.get(board_url, {"open": "contact"}).content.decode()
    page = client.get(reverse("appeal-new", args=[found.pk]), {"metric": "contact"})

    assert f"{reverse('appeal-new', args=[found.pk])}?metric=contact" in html
    assert page.context["form"]["metric"].value() == "contact"


def test_the_answer_to_an_appeal_is_found_after_the_freeze(client, rm, peer, admin):
    ripe = CompetitionFactory(is_over=True, state="appeal")
    AppealFactory(competition=ripe, staff=rm, state="rejected", answer="Under a minute each.")
    actions.freeze(ripe, by=admin, at=clock.now())
    give(rm, DAY, new_vip="1")

    assert "My appeals" in see(client, rm, "competition-board", ripe.pk).content.decode()
    assert "My appeals" not in see(client, peer, "competition-board", ripe.pk).content.decode()
    assert "Under a minute each." in see(client, rm, "appeal-new", ripe.pk).content.decode()
