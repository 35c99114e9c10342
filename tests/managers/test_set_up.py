"""Who takes part, how ties are broken, what is won: as head office sets it up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.lib.errors import RuleBroken
from managers.competition import scoring
from managers.competition.board import board
from managers.competition.rulebook import Rulebook
from managers.models import Competition
from tests.factories import CompetitionFactory, PostingFactory
from tests.factories.competition import set_up_form
from tests.managers.contest import TODAY, give
from tests.managers.examples import RULES
from tests.managers.setting_up import look, set_up

pytestmark = pytest.mark.django_db


def running(**rules):
    return CompetitionFactory(rules=replace(RULES, **rules).dump())


def rows(competition):
    return {row.staff: row for row in board(competition, today=TODAY).rows}


def test_all_that_head_office_types_stands_in_the_rules_and_on_their_page(client, admin, rm):
    typed = {
        "bands": ["middle", "upper"],
        "tenure": "6",
        "tie-1": "csat",
        "tie-2": "deductions",
        "tie-3": "",
        "rank-1": "10000",
        "rank-2": "6000.50",
        "rank-3": "",
        "score-1": "100",
        "prize-1": "500",
        "score-2": "120",
        "prize-2": "900",
    }
    answer = set_up(client, admin, **typed)
    made = Competition.objects.get()
    rules = made.rulebook

    assert answer.status_code == 302
    assert (rules.bands, rules.tenure, rules.ties) == (
        ("middle", "upper"),
        6,
        ("csat", "deductions"),
    )
    assert rules.ranks == (Decimal("10000.00"), Decimal("6000.50"))
    assert rules.milestones == ((Decimal(100), Decimal(500)), (Decimal(120), Decimal(900)))
    page = reverse("competition-edit", args=[made.pk])
    form = client.get(page, {"step": "prizes"}).context["form"]
    assert [one.value() for one in form.ties] == ["csat", "deductions", ""]
    assert [one.value() for one in form.ranks[:3]] == [Decimal(10000), Decimal("6000.50"), None]
    shown = CompetitionFactory(rules=made.rules)
    client.force_login(rm)
    html = client.get(reverse("competition-rules", args=[shown.pk])).content.decode()
    for text in (
        "Intermediate, Senior · Principal, Chief",
        "less than 6 months",
        "1 Higher satisfaction · 2 Smaller deduction",
        "2nd of each division: ¥6,000.50",
        "From 120.00 points: ¥900.00",
    ):
        assert text in html


def test_each_step_keeps_the_draft_and_a_way_back_loses_nothing(client, admin):
    set_up(client, admin, name="Spring race")
    made = Competition.objects.get()
    page, before = reverse("competition-edit", args=[made.pk]), made.rulebook

    typed = {"step": "people", "version": made.version, "presence": 50, "team": 4, "tenure": 6}
    back = client.post(page, typed | {"to": "period"})
    made.refresh_from_db()
    first = client.get(back.url).content.decode()
    empty = {"step": "people", "version": made.version, "presence": "", "team": 4}
    refused = client.post(page, empty)

    assert made.rulebook == replace(before, presence=50, team=4, tenure=6)
    assert 'value="Spring race"' in first
    assert back.url == f"{page}?step=period"
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["presence"])


def test_a_step_that_somebody_else_changed_meanwhile_is_refused(client, admin):
    set_up(client, admin)
    made = Competition.objects.get()
    typed = {"step": "people", "version": made.version - 1, "presence": 50, "team": 4}

    answer = client.post(reverse("competition-edit", args=[made.pk]), typed)

    assert answer.status_code in (409, 422)
    assert Competition.objects.get().rulebook == made.rulebook


def test_rules_of_before_are_read_as_they_were():
    kept = RULES.dump()
    for name in ("bands", "tenure", "ranks", "milestones"):
        del kept[name]

    assert Rulebook.load(kept) == RULES


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ({"bands": ("kings",)}, "bands"),
        ({"tenure": -1}, "bands"),
        ({"ranks": (Decimal(100), Decimal(200))}, "ranks"),
        ({"ranks": (Decimal(-1),)}, "ranks"),
        ({"milestones": ((Decimal(90), Decimal(1)), (Decimal(90), Decimal(2)))}, "milestones"),
        ({"ties": ("csat", "csat")}, "ties"),
    ],
)
def test_senseless_rules_are_refused_by_their_part(rules, part):
    with pytest.raises(RuleBroken) as refused:
        replace(RULES, **rules)

    assert part in refused.value.fields


def test_grades_that_are_left_out_do_not_take_part(rm, outlet):
    junior = PostingFactory(unit=outlet, grade="trainee", step=1).staff

    assert set(rows(running(bands=("middle",)))) == {rm}
    assert set(rows(running())) == {rm, junior}


def test_who_is_new_at_the_bank_does_not_take_part(outlet):
    """Three months before 2026-10-01 is 2026-07-01; the first posting counts, not the last."""
    old, new = (
        PostingFactory(unit=outlet, since=since).staff
        for since in (date(2026, 7, 1), date(2026, 7, 2))
    )
    moved = PostingFactory(unit=outlet, since=date(2025, 1, 1), until=date(2026, 9, 1)).staff
    PostingFactory(staff=moved, unit=outlet, since=date(2026, 9, 1))

    assert set(rows(running(tenure=3))) == {old, moved}
    assert new in rows(running(tenure=2))


def test_ties_go_by_the_order_of_the_rules(rm, peer):
    """Both 15.00: 12.00 by new clients, and 3.00 by a reading of 57 or by ¥2.4M."""
    give(rm, new_vip="9.6", csat="57")
    give(peer, new_vip="9.6", aum_growth="2400000", csat="0.01")
    both = running(ties=("csat",)), running(ties=("aum_growth",)), running(ties=())
    assert {str(row.score.total) for row in rows(both[0]).values()} == {"15.00"}

    places = [(rows(one)[rm].place, rows(one)[peer].place) for one in both]

    assert places == [(1, 2), (2, 1), (1, 1)]


def test_each_place_has_its_prize_and_shared_places_share_them():
    """Two at the first place: (10,000 + 6,000) / 2; the third place keeps its own."""
    ranks = [Decimal(10000), Decimal(6000), Decimal(3000)]
    ranked = [("a", 1, Decimal(90)), ("b", 1, Decimal(90)), ("c", 3, Decimal(80)), ("d", 4, 0)]

    won = scoring.by_rank(ranks, ranked)

    assert won == {"a": Decimal(8000), "b": Decimal(8000), "c": Decimal(3000)}


def test_a_milestone_is_paid_besides_to_all_who_reach_it_and_may_win(rm, peer, outlet):
    """12 new clients are 15.00 points, 8 are 10.00, 4 are 5.00."""
    third = PostingFactory(unit=outlet).staff
    barred = PostingFactory(unit=outlet).staff
    for person, number in ((rm, "12"), (peer, "8"), (third, "4"), (barred, "16")):
        give(person, new_vip=number)
    give(barred, overdue="1")
    milestones = ((Decimal(10), Decimal(500)), (Decimal(15), Decimal(900)))
    found = rows(
        running(
            ranks=(Decimal(1000),), milestones=milestones, barring=("overdue",), pool=Decimal(7)
        )
    )

    assert {person: row.prize for person, row in found.items()} == {
        rm: Decimal(1900),
        peer: Decimal(500),
        third: Decimal(0),
        barred: Decimal(0),
    }


def page_of(made):
    return reverse("competition-edit", args=[made.pk])


def test_a_step_above_keeps_what_was_typed_and_leads_there(client, admin):
    client.force_login(admin)
    typed = set_up_form(name="Spring race")

    answer = client.post(reverse("competition-new"), typed | {"to": "prizes"})

    made = Competition.objects.get()
    assert (made.name, answer.url) == ("Spring race", f"{page_of(made)}?step=prizes")
    html = client.get(answer.url).content.decode()
    assert 'form="set-up" name="to" value="people"' in html
    assert 'href="?step=people"' not in html


def test_a_draft_left_half_done_is_taken_up_from_the_list(client, admin, head_office):
    client.force_login(admin)
    client.post(reverse("competition-new"), set_up_form(name="Spring race"))
    made = Competition.objects.get()
    client.force_login(PostingFactory(unit=head_office, post="hq_admin").staff)

    listed = client.get(reverse("competition-list")).content.decode()
    lead = client.get(reverse("competition-lead", args=[made.pk])).content.decode()

    assert "Spring race" in listed
    assert page_of(made) in lead
    assert client.get(page_of(made)).context["form"]["name"].value() == "Spring race"


def test_everything_that_is_wrong_with_a_step_is_told_at_once(client, admin):
    """100 less 5 of satisfaction, and a target of nothing; 30 for 20 of satisfaction."""
    typed = {
        "wealth_rm-csat-weight": "",
        "wealth_rm-new_vip-target": "",
        "lobby_manager-csat-weight": "30",
        "grade-chief": "0",
    }
    first = set_up(client, admin, **typed)
    second = set_up(client, admin, **typed | {"grade-chief": "180"})
    html = second.content.decode()

    assert (first.status_code, second.status_code) == (422, 422)
    assert list(first.context["form"].errors) == ["grade-chief"]
    assert "Wealth RM: the weights add up to 100, not to 95" in html
    assert "Lobby manager: the weights add up to 100, not to 110" in html
    assert set(second.context["form"].errors) == {"__all__", "wealth_rm-new_vip-target"}
    assert "Wealth RM, New VIP clients: target" in html


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"score-1": "100", "prize-1": ""}, "prize-1"),
        ({"score-2": "", "prize-2": "500"}, "score-2"),
        ({"rank-1": "100", "rank-2": "200"}, "rank-1"),
        ({"tie-1": "csat", "tie-2": "csat"}, "tie-1"),
        ({"score-1": "90", "prize-1": "1", "score-2": "90", "prize-2": "2"}, "score-1"),
    ],
)
def test_a_fault_stands_beside_its_field(client, admin, typed, field):
    answer = set_up(client, admin, **typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_last_step_says_what_stands_in_the_way(client, admin, rm):
    set_up(client, admin, last="2027-03-31")
    sound = look(client, Competition.objects.latest("pk"))
    set_up(client, admin, first="2026-01-01", last="2026-01-31", pool="0", contacts="20")
    amiss = look(client, Competition.objects.latest("pk"))

    assert sound.context["remarks"] == []
    assert "nothing stands in the way of the start" in sound.content.decode()
    assert amiss.context["remarks"] == [
        "The period is over already.",
        "Nothing can be won.",
        "Valid contacts: no condition for Lobby manager, who have no such goal.",
    ]


def test_what_runs_is_led_and_not_set_up(client, admin):
    client.force_login(admin)
    begun = CompetitionFactory()

    answer = client.get(page_of(begun))

    assert answer.url == reverse("competition-lead", args=[begun.pk])
