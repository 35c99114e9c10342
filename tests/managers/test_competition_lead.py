"""The pages of head office and of participants: set up, lead, appeal, take the ranking along."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
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
from managers.models import Appeal, Competition, PointEntry
from tests.factories import (
    AppealFactory,
    CompetitionFactory,
    PostingFactory,
)
from tests.managers.contest import give
from tests.managers.examples import RULES, WEALTH
from tests.managers.setting_up import look, set_up

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


@pytest.fixture
def over(db):
    return CompetitionFactory(is_over=True)


def send(client, person, page, *args, **typed):
    client.force_login(person)
    return client.post(reverse(page, args=args), typed, follow=True)


def see(client, person, page, *args):
    client.force_login(person)
    return client.get(reverse(page, args=args))


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


def test_the_draft_says_who_may_start_it(client, admin, head_office):
    set_up(client, admin)
    draft = Competition.objects.get()
    other = PostingFactory(unit=head_office, post="hq_admin").staff

    own = see(client, admin, "competition-lead", draft.pk).content.decode()
    send(client, other, "competition-step", draft.pk, state="running")

    assert "This takes a second person" in own
    draft.refresh_from_db()
    assert draft.state == "running"


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
