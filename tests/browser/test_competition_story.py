"""A competition from the set-up to the certificate, as head office and an RM meet it."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from playwright.sync_api import expect
from pypdf import PdfReader

from crm import words
from crm.lib import clock
from managers.competition.actions import credit
from managers.competition.divisions import Division
from managers.models import Competition, FinalStanding, PointEntry
from tests.browser.hands import choose, follow, is_at, is_told, press, reads, sign_in
from tests.browser.looking import everything_wrong_with, judged
from tests.conftest import _person
from tests.factories import AppealFactory, ClientFactory, CompetitionFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
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
    reads(
        page.get_by_role("main"), _("as many days as the period, up to the end of the last quarter")
    )
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
    a_second_person_locks_it_and_what_comes_then_is_late(browse, over, second, peer)

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


def a_second_person_locks_it_and_what_comes_then_is_late(browse, over, second, peer):
    """The time for appeals has passed."""
    with clock.at(datetime(2026, 11, 30, 9, tzinfo=clock.SHANGHAI)):
        page = browse(second)
        page.goto(f"/competition/{over.pk}/lead/")
        press(page, _("Freeze the standings"))
        is_told(page, _("Done; everybody who takes part is told."))
        source = f"core:late-{peer.pk}"
        credit(peer, Decimal(9), metric="new_vip", source=source, day=DAY, at=clock.now())
        page.reload()
        late = page.get_by_role("region", name=_("Came after the cut-off"))
        reads(late, words.plain_name(peer))
        reads(late, "9")


def text_of(page, address):
    """What a paper says."""
    paper = page.request.get(address)
    return "".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.body())).pages)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1440, 390])
def test_an_rm_asks_why_down_to_the_client(browse, width, rm, peer, now):
    CompetitionFactory()
    zhou, day = ClientFactory(owner=rm, name="周明远"), now.date()
    give(peer, new_vip="2")
    for days in range(2):
        on = day - timedelta(days=days)
        source = f"contact:{zhou.pk}:{on}"
        credit(rm, Decimal(1), metric="contact", source=source, day=on, at=now)
    page = browse(rm, width=width)

    page.goto("/competition/")
    why = page.locator("aside[aria-labelledby=why]")
    follow(why, _("Valid contacts"))
    expect(why.get_by_role("link", name=words.plain_name(zhou))).to_have_count(2)
    follow(why, words.plain_name(zhou))
    is_at(page, f"/clients/{zhou.pk}/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_new_result_is_on_the_screen_within_half_a_minute(browse, rm, peer, admin, outlet, now):
    CompetitionFactory()
    give(peer, new_vip="8")
    desk = browse(admin)
    desk.goto("/competition/screens/")
    choose(desk, _("Division"), str(Division("wealth_rm", "middle")))
    press(desk, _("Make an address"))
    address = desk.get_by_label(_("Address")).input_value()
    wall = browse()
    wall.clock.install()
    wall.goto(address[address.index("/wall/") :])
    first = wall.locator('[data-place="1"]')
    reads(first, "10.00")

    credit(rm, Decimal(12), metric="new_vip", source="core:1", day=now.date(), at=now)
    wall.clock.fast_forward(30_500)

    reads(first, words.plain_name(rm))
    reads(first, "15.00")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_of_race_and_ladder_are_for_everybody(browse, language, rm, head, admin, peer):
    running, over = CompetitionFactory(), CompetitionFactory(is_over=True, state="appeal")
    draft = CompetitionFactory(state="draft")
    give(rm, new_vip="4", contact="30", complaint="1")
    give(peer, DAY, new_vip="9")
    AppealFactory(competition=over, staff=rm)
    cycle = CycleFactory()
    assessed = GradeAssessmentFactory(held=rm.posting, cycle=cycle)
    pages = {
        rm: ["?open=complaint", "?show=teams", "?metric=contact", f"{running.pk}/rules/"],
        head: [f"{over.pk}/"],
        admin: [
            *("all/", "screens/", f"{running.pk}/lead/", f"{over.pk}/lead/"),
            *(f"{draft.pk}/edit/?step={step}" for step in ("period", "metrics", "prizes", "look")),
        ],
    }
    ladder = {
        rm: ["", f"assessments/{assessed.pk}/"],
        head: ["assessments/", f"assessments/{assessed.pk}/", "assessments/new/"],
        admin: ["cycles/", f"cycles/{cycle.pk}/", "assessments/?show=all"],
    }

    wrong = []
    for person in pages:
        page = judged(browse(person))
        addresses = [f"/competition/{one}" for one in pages[person]]
        addresses += [f"/career/{one}" for one in ladder[person]]
        for address in addresses:
            wrong += everything_wrong_with(page, address, language)
        page.close()

    assert wrong == []
