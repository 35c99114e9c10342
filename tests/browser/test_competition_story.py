"""A competition from the set-up to the certificate, as head office and an RM meet it."""

import io
from datetime import date, datetime

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pypdf import PdfReader

from crm import words
from crm.lib import clock
from managers.competition import actions
from managers.models import Competition, FinalStanding, PointEntry
from tests.browser.hands import follow, press, reads, sign_in
from tests.conftest import _person
from tests.factories import CompetitionFactory
from tests.managers.contest import give

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 9, 15)  # of the quarter that is over


@pytest.fixture
def second(head_office):
    """Fang Min, the other administrator at head office."""
    return _person("880009", "方敏", "Fang Min", head_office, "hq_admin")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1440, 390])
def test_head_office_sets_one_up_step_by_step_and_another_starts_it(
    browse, width, admin, second, rm, peer
):
    give(rm, new_vip="12")
    page = browse(width=width)
    sign_in(page, admin, at="/competition/new/")
    page.get_by_label(pgettext("of a thing", "Name"), exact=True).fill("Race")
    press(page, _("Save, next"))
    page.get_by_label(_("Days of the period for a place, percent")).fill("50")
    press(page, _("Save, next"))
    the_weights_are_added_up_while_they_are_typed(page)
    press(page, _("Save, back"))
    assert page.get_by_label(_("Days of the period for a place, percent")).input_value() == "50"
    for _step in ("people", "metrics", "deductions", "prizes"):
        press(page, _("Save, next"))
    reads(page.get_by_role("main"), _("Last quarter under these rules"))
    follow(page, _("To the announcement"))

    made = Competition.objects.get()
    page = browse(width=width)
    sign_in(page, second, at=f"/competition/{made.pk}/lead/")
    press(page, _("Start it"))

    reads(page.get_by_role("status"), _("Done; everybody who takes part is told."))
    page = browse(width=width)
    sign_in(page, rm, at="/competition/")
    reads(page.locator("aside[aria-labelledby=why]"), "12.50")  # 12 of 14.4 for a senior


def the_weights_are_added_up_while_they_are_typed(page):
    card = page.locator("[data-sum]").first
    weight = card.locator("[data-summand]").first
    before = weight.input_value()
    weight.fill("99")
    reads(card.locator("output.late"), "/ 100")
    weight.fill(before)
    reads(card.locator("output"), "100 / 100")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_appeal_is_decided_before_the_lock_and_the_papers_say_the_same(
    browse, admin, second, rm, peer
):
    over = CompetitionFactory(is_over=True, state="appeal", steps__at=clock.now())
    give(rm, DAY, new_vip="8")
    give(peer, DAY, new_vip="10")
    an_rm_appeals(browse, over, rm)
    head_office_agrees(browse, over, admin)

    page = browse()
    sign_in(page, rm, at=f"/competition/{over.pk}/")
    reads(page.locator("aside[aria-labelledby=why]"), "15.00")
    locked(over, second)

    assert FinalStanding.objects.get(staff=rm).place == 1
    certificate = text_of(page, f"/competition/{over.pk}/certificate/")
    ranking = text_of(page, f"/competition/{over.pk}/ranking.pdf")
    for paper in (certificate, ranking):
        assert words.plain_name(rm) in paper
        assert "15.00" in paper


def an_rm_appeals(browse, over, rm):
    page = browse(width=390)
    sign_in(page, rm, at=f"/competition/{over.pk}/appeal/")
    page.get_by_label(_("Metric")).select_option("new_vip")
    page.get_by_label(_("What is wrong")).fill("Four are missing")
    page.get_by_label(_("Evidence")).fill("Log 7")
    press(page, _("Appeal"))
    reads(page.get_by_role("main"), "Four are missing")


def head_office_agrees(browse, over, admin):
    page = browse()
    sign_in(page, admin, at=f"/competition/{over.pk}/lead/")
    page.get_by_label(_("Answer")).fill("They count")
    page.get_by_label(_("Correction of the metric")).fill("4")
    press(page, _("Uphold"))
    assert PointEntry.objects.filter(source__startswith="appeal:").count() == 1


def locked(over, second):
    """The time for appeals has passed; a second person draws the line."""
    at = datetime(2027, 1, 29, 9, tzinfo=clock.SHANGHAI)
    actions.freeze(over, by=second, at=at)


def text_of(page, address):
    """What a paper says."""
    paper = page.request.get(address)
    return "".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.body())).pages)
