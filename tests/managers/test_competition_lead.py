"""The pages of head office and of participants: set up, lead, appeal, take the ranking along."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from pypdf import PdfReader

from crm import words
from crm.lib import clock
from managers.competition import actions, papers
from managers.competition.board import board
from managers.competition.meanings import MEANINGS
from managers.competition.metrics import EARNING
from managers.models import Competition
from tests.factories import (
    CompetitionFactory,
    PostingFactory,
)
from tests.managers.contest import give
from tests.managers.examples import RULES, WEALTH
from tests.managers.setting_up import look, set_up
from tests.managers.visiting import see, send

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


@pytest.fixture
def over(db):
    return CompetitionFactory(is_over=True)


def test_a_form_becomes_the_rules_exactly(client, admin):
    answer = set_up(client, admin)

    made = Competition.objects.get()
    assert {post: set(goals) for post, goals in made.rulebook.goals.items()} == {
        post: set(goals) for post, goals in RULES.goals.items()
    }
    assert replace(made.rulebook, goals=RULES.goals) == RULES
    assert answer.url.endswith("?step=look")
    assert (made.state, made.last, made.steps.get().by) == ("draft", date(2027, 3, 31), admin)


def test_weights_that_do_not_add_up_are_told_beside_the_form(client, admin):
    answer = set_up(client, admin, **{"wealth_rm-csat-weight": "6"})

    assert answer.status_code == 422
    assert "add up to 100, not to 101" in answer.content.decode()
    kept = Competition.objects.get().rulebook.goals["wealth_rm"]
    assert {goal.weight for goal in kept if goal.metric == "csat"} == {5}


def test_rules_are_tried_on_the_last_quarter_before_anybody_sees_them(
    client, admin, rm, peer, stranger, outlet
):
    give(rm, DAY, **WEALTH)
    give(stranger, DAY, new_vip="12")

    set_up(client, admin)
    everywhere = look(client, Competition.objects.get())
    set_up(client, admin, units=[outlet.pk])
    here = look(client, Competition.objects.latest("pk"))

    [tried] = everywhere.context["overview"].divisions
    assert (tried.people, str(tried.best), str(tried.median), tried.full) == (
        3,
        "105.98",
        "15.00",
        1,
    )
    assert here.context["overview"].divisions[0].people == 2
    assert not Competition.objects.announced().exists()


def test_a_month_is_tried_on_as_many_days_not_on_a_quarter(client, admin, rm):
    """The targets are for the month: what came in August would have met them twice."""
    give(rm, date(2026, 8, 15), new_vip="24")
    give(rm, DAY, new_vip="6")

    set_up(client, admin, first="2026-12-01", last="2026-12-30")
    preview = look(client, Competition.objects.get())

    found = preview.context["overview"]
    assert (found.first, found.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert str(found.divisions[0].best) == "7.50"
    assert "2026-09-01 – 2026-09-30 under these rules" in preview.content.decode()


def test_whoever_may_start_a_draft_reads_its_rules_and_what_they_would_have_led_to(
    client, admin, head_office, rm
):
    give(rm, DAY, **WEALTH)
    set_up(client, admin)
    draft = Competition.objects.get()
    other = PostingFactory(unit=head_office, post="hq_admin").staff

    page = see(client, other, "competition-lead", draft.pk).content.decode()

    assert ("105.98" in page, "People told: 1." in page) == (True, True)
    assert "¥20,000,000.00" in see(client, other, "competition-rules", draft.pk).content.decode()
    assert see(client, rm, "competition-rules", draft.pk).status_code == 404


def test_a_new_competition_begins_with_the_first_quarter_that_is_not_set_up(client, admin):
    CompetitionFactory(first=date(2026, 10, 1), last=date(2026, 12, 31))
    CompetitionFactory(first=date(2026, 11, 1), last=date(2026, 11, 30))

    form = see(client, admin, "competition-new").context["form"]

    found = [form.initial[name] for name in ("name", "first", "last")]
    assert found == ["2027 Q1", date(2027, 1, 1), date(2027, 3, 31)]


def test_before_the_prizes_are_noted_as_paid_their_sum_is_told(client, admin, head_office, rm):
    ripe = CompetitionFactory(is_over=True, state="appeal")
    give(rm, DAY, **WEALTH)
    actions.freeze(ripe, by=admin, at=clock.now())
    other = PostingFactory(unit=head_office, post="hq_admin").staff

    page = see(client, other, "competition-lead", ripe.pk).content.decode()

    assert "Prizes: ¥30,000.00 in all. Winners: 1." in page


def test_calling_off_a_draft_does_not_claim_that_anybody_was_told(client, admin):
    draft = CompetitionFactory(state="draft")

    answer = send(client, admin, "competition-step", draft.pk, state="cancelled", reason="Twice")

    assert [str(told) for told in answer.context["messages"]] == ["Done."]


def test_the_draft_says_who_may_start_it(client, admin, head_office):
    set_up(client, admin)
    draft = Competition.objects.get()
    other = PostingFactory(unit=head_office, post="hq_admin").staff

    own = see(client, admin, "competition-lead", draft.pk).content.decode()
    send(client, other, "competition-step", draft.pk, state="running")

    assert "This takes a second person" in own
    draft.refresh_from_db()
    assert draft.state == "running"


def test_late_entries_stand_on_the_page_after_the_freeze(client, admin, rm):
    found = CompetitionFactory(is_over=True, state="appeal")
    final = actions.freeze(found, by=admin, at=clock.now())
    give(rm, DAY, new_vip="7")

    html = see(client, admin, "competition-lead", final.pk).content.decode()

    assert "Came after the cut-off" in html
    assert "Lin Yue" in html


def test_the_ranking_leaves_as_pdf_and_xlsx_for_those_who_see_it(client, over, rm, head, stranger):
    give(rm, DAY, **WEALTH)
    give(stranger, DAY, new_vip="12")

    pdf = see(client, rm, "ranking-pdf", over.pk)
    book = load_workbook(io.BytesIO(see(client, head, "ranking-xlsx", over.pk).content))

    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
    assert [row[5] for row in cells] == ["Score", 105.98]
    assert (cells[1][0], cells[1][7]) == (1, 26280.38)  # numbers, which can be added up
    assert "Weighted sales, target" in cells[0]
    assert 26504000 in cells[1]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_long_ranking_names_everybody_once_under_a_head_on_each_page(over, outlet, language):
    people = [PostingFactory(unit=outlet).staff for _n in range(70)]
    for n, person in enumerate(people):
        give(person, DAY, new_vip=f"{n + 1}")
    rows = board(over, today=clock.today()).rows

    with translation.override(language):
        made = papers.ranking_pdf(over, rows, by=people[0], at=clock.now())
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
        names = [words.plain_name(person) for person in people]
        head = _("Outlet")

    assert len(pages) == 2
    assert all(head in page for page in pages)
    lines = "\n".join(pages).splitlines()
    assert all(lines.count(name) == names.count(name) for name in names)


def test_a_certificate_is_there_once_the_standings_are_final(
    client, over, rm, admin, teller, head_office
):
    assert see(client, rm, "certificate", over.pk).status_code == 404

    ripe = CompetitionFactory(is_over=True, state="appeal")
    final = actions.freeze(ripe, by=admin, at=clock.now())

    paper = PdfReader(io.BytesIO(see(client, rm, "certificate", final.pk).content)).pages[0]
    for told in ("Lin Yue", words.unit_name(head_office), "2026-11-23"):
        assert told in paper.extract_text()
    assert see(client, admin, "certificate", final.pk).status_code == 404


def test_everybody_who_sees_the_standings_reads_the_rules(client, over, rm):
    html = see(client, rm, "competition-rules", over.pk).content.decode()

    assert "Deductions stop at 20.00." in html
    assert "¥20,000,000.00" in html
    assert "Valid contacts, one for each client and day." in html


def test_every_metric_says_what_it_counts():
    assert set(MEANINGS) == set(EARNING)
