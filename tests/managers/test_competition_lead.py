"""The pages of head office and of participants: set up, lead, appeal, take the ranking along."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from crm.lib import clock
from managers.competition import actions, fairness
from managers.competition.actions import reverse as take_back
from managers.competition.board import board
from managers.models import Appeal, Competition, PointEntry
from tests.factories import (
    AppealFactory,
    CompetitionFactory,
    PointEntryFactory,
    PostingFactory,
    StaffFactory,
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

    [tried] = everywhere.context["tried"]
    assert (tried.people, str(tried.best), str(tried.median), tried.full) == (
        3,
        "105.98",
        "15.00",
        1,
    )
    assert here.context["tried"][0].people == 2
    assert not Competition.objects.announced().exists()


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
    assert [row[5] for row in cells] == ["Score", "105.98"]
    assert "Weighted sales, target" in cells[0]
    assert ("'" + "26504000.00" in cells[1], "26504000.00" in cells[1]) == (False, True)


def test_a_certificate_is_there_once_the_standings_are_final(client, over, rm, admin, teller):
    assert see(client, rm, "certificate", over.pk).status_code == 404

    ripe = CompetitionFactory(is_over=True, state="appeal")
    final = actions.freeze(ripe, by=admin, at=clock.now())

    assert see(client, rm, "certificate", final.pk).content[:5] == b"%PDF-"
    assert see(client, admin, "certificate", final.pk).status_code == 404


def test_everybody_who_sees_the_standings_reads_the_rules(client, over, rm):
    html = see(client, rm, "competition-rules", over.pk).content.decode()

    assert "Deductions stop at 20.00." in html
    assert "20,000,000" in html


# --- Fairness


def findings(competition, person):
    table = board(competition, today=clock.today())
    return [found.text for found in fairness.report(table) if found.row.staff == person]


def entry(person, n, *, day=DAY, hour=10, metric="sales", amount="100", source="sale"):
    moment = datetime(day.year, day.month, day.day, hour, n % 60, tzinfo=clock.SHANGHAI)
    known = {"metric": metric, "amount": amount, "day": day, "recorded_at": moment}
    return PointEntryFactory(staff=person, source=f"{source}:{person.pk}:{n}", **known)


def test_even_results_in_working_hours_are_fair(over, rm):
    for n in range(30):
        entry(rm, n, day=date(2026, 7, 1) + timedelta(days=n // 3), source="core:x")

    assert findings(over, rm) == []


@pytest.mark.parametrize(
    ("amounts", "is_found"),
    [
        (("300", "200", "100", "399", "1"), True),  # 899 of 1000
        (("30", "20", "10", "10", "10", "10", "10"), False),  # 60 of 100 is not more than 60 %
        (("30", "20", "10.01", "10", "10", "10", "9.99"), True),
        (("500", "300", "200"), False),  # three clients are all there are
    ],
)
def test_three_clients_are_few_above_sixty_percent(over, rm, amounts, is_found):
    for n, amount in enumerate(amounts):
        entry(rm, n, amount=amount, source="core:x")

    told = "Weighted sales: three clients make more than 60% of it."
    assert (told in findings(over, rm)) is is_found


def test_what_was_taken_back_is_neither_large_nor_late(over, rm):
    for n in range(5):
        entry(rm, n, amount="100", source="core:x")
    large = entry(rm, 9, amount="900", day=over.last, source="core:x")
    assert len(findings(over, rm)) == 2

    take_back(large.source, at=datetime(2026, 9, 30, 18, tzinfo=clock.SHANGHAI))

    assert findings(over, rm) == []


@pytest.mark.parametrize(("late", "is_found"), [("42.85", False), ("42.86", True)])
def test_the_last_two_days_spike_above_thirty_percent(over, rm, late, is_found):
    for n in range(4):
        entry(rm, n, amount="25", source="core:x")
    entry(rm, 5, amount=late, day=over.last - timedelta(days=1), source="core:x")

    # 42.85 of 142.85 is 29.996 %, 42.86 of 142.86 is 30.002 %.
    told = "Weighted sales: more than 30% came on the last two days."
    assert (told in findings(over, rm)) is is_found


@pytest.mark.parametrize(
    ("moment", "is_found"),
    [("09-30 23:59", False), ("10-01 00:01", True), ("10-30 23:59", True), ("10-31 00:01", False)],
)
def test_for_thirty_days_after_the_end_a_reversal_is_noticed(over, rm, moment, is_found):
    back = entry(rm, 1, metric="new_vip", amount="1", source="core:x")

    take_back(back.source, at=datetime.fromisoformat(f"2026-{moment}+08:00"))

    told = "New VIP clients: a result was taken back soon after the end."
    assert (told in findings(over, rm)) is is_found


@pytest.mark.parametrize(
    ("day", "hour", "is_odd"),
    [
        (DAY, 7, False),
        (DAY, 19, False),
        (DAY, 6, True),
        (DAY, 20, True),
        (date(2026, 9, 13), 10, True),  # a Sunday
    ],
)
def test_more_than_a_fifth_outside_working_hours_is_noticed(over, rm, day, hour, is_odd):
    for n in range(4):
        entry(rm, n, hour=10)
    entry(rm, 5, day=day, hour=hour)
    told = "More than 20% was recorded outside working hours."
    assert told not in findings(over, rm)  # one of five is not more

    entry(rm, 6, day=day, hour=hour)

    assert (told in findings(over, rm)) is is_odd


def test_what_a_losing_colleague_would_question_is_named(over, rm, peer, stranger, outlet):
    for n, amount in enumerate(("500", "400", "300", "9", "9")):
        entry(rm, n, amount=amount)
    for n in range(5):
        entry(peer, n, metric="new_vip", amount="1", day=over.last if n > 2 else DAY)
    for n in range(25):
        entry(stranger, n, metric="contact", amount="1", hour=22)
    back = entry(rm, 9, metric="new_vip", amount="1")
    take_back(back.source, at=datetime(2026, 10, 8, 10, tzinfo=clock.SHANGHAI))

    assert findings(over, rm) == [
        "Weighted sales: three clients make more than 60% of it.",
        "New VIP clients: a result was taken back soon after the end.",
    ]
    assert findings(over, peer) == ["New VIP clients: more than 30% came on the last two days."]
    assert findings(over, stranger) == [
        "More than 20% was recorded outside working hours.",
        "More than 20 contacts were recorded within an hour.",
    ]
    assert findings(over, StaffFactory()) == []


def test_head_office_reads_the_findings_before_the_standings_become_final(
    client, rm, peer, admin, head
):
    over = CompetitionFactory(is_over=True, state="provisional")
    for n, amount in enumerate(("500", "400", "300", "9", "9")):
        entry(rm, n, amount=amount)
    for n in range(5):
        entry(peer, n, metric="new_vip", amount="1", day=over.last if n > 2 else DAY, hour=22)
    back = entry(rm, 9, metric="new_vip", amount="1")
    take_back(back.source, at=datetime(2026, 10, 8, 10, tzinfo=clock.SHANGHAI))
    url = reverse("competition-lead", args=[over.pk])
    told = (
        "Weighted sales: three clients make more than 60% of it.",
        "New VIP clients: more than 30% came on the last two days.",
        "New VIP clients: a result was taken back soon after the end.",
        "More than 20% was recorded outside working hours.",
    )

    client.force_login(admin)
    page = client.get(url).content.decode()
    client.force_login(head)

    assert [text for text in told if text not in page] == []
    assert client.get(url).status_code == 403
