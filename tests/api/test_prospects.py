"""Prospects and lists of leads over the API (rules E10)."""

from datetime import date, timedelta

import pytest

from clients.models import FirstVisit, FollowUp, Lead, LeadList
from clients.prospecting.actions import advance, give_list
from tests.factories import ClientFactory, FollowUpFactory

pytestmark = pytest.mark.django_db

PROSPECTS, LISTS = "/api/v1/prospects/", "/api/v1/lead-lists/"
CALL = {"channel": "call", "due_on": "2026-11-26", "purpose": "Ask about the flat"}


@pytest.fixture
def prospect(marketing, outlet):
    return ClientFactory(owner=marketing, outlet=outlet, state="prospect", name="徐兰馨")


@pytest.fixture
def fair(marketing, head, now):
    """Twenty prospects of the spring fair, asked of Guo Feng by the 20th of December."""
    asked = {"name": "Spring fair", "quota": 20, "due_on": date(2026, 12, 20)}
    return give_list(to=marketing, **asked, by=head, at=now)


def found(program, url) -> list[int]:
    answer = program.get(url)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


# --- Prospects


def test_a_prospect_goes_on_with_a_dated_next_step(prospect, fair, marketing, speaking_for):
    program, url = speaking_for(marketing), f"{PROSPECTS}{prospect.pk}/"
    new = program.get(url).json()

    without = program.post(f"{url}advance/", {"stage": "contacted"})
    spoken = program.post(
        f"{url}advance/", {"stage": "contacted", "next": CALL, "lead_list": fair.pk}
    )

    assert (new["stage"], new["next_due_at"], new["lead_list"]) == ("new", None, None)
    assert new["allowed_actions"] == ["advance", "record-visit"]
    assert (without.status_code, list(without.json()["fields"])) == (409, ["due_on"])
    assert (spoken.json()["stage"], spoken.json()["lead_list"]) == ("contacted", fair.pk)
    assert spoken.json()["next_due_at"] == "2026-11-26T23:59:59+08:00"
    assert FollowUp.objects.get().purpose == "Ask about the flat"


def test_who_shows_no_interest_is_lost_for_a_reason(prospect, marketing, speaking_for):
    FollowUpFactory(client=prospect)
    program, url = speaking_for(marketing), f"{PROSPECTS}{prospect.pk}/advance/"

    silent = program.post(url, {"stage": "lost"})
    lost = program.post(url, {"stage": "lost", "reason": "Stays with another bank"})

    assert (silent.status_code, list(silent.json()["fields"])) == (409, ["reason"])
    assert lost.json()["lost_reason"] == "Stays with another bank"
    assert not FollowUp.objects.open().exists()


def test_what_the_first_visit_told_is_kept_and_completed(prospect, marketing, speaking_for):
    program, url = speaking_for(marketing), f"{PROSPECTS}{prospect.pk}/"
    before = program.get(url).json()["first_visit"]

    told = program.post(f"{url}record-visit/", {"met_on": "2026-11-20", "needs": "A house"})
    more = program.post(f"{url}record-visit/", {"met_on": "2026-11-20", "source": "The fair"})
    early = program.post(f"{url}record-visit/", {"met_on": "2026-11-24"})

    assert (before, told.json()["stage"]) == (None, "visited")
    first = more.json()["first_visit"]
    assert (first["needs"], first["source"], first["recorded_by"]) == (
        "A house",
        "The fair",
        marketing.pk,
    )
    assert (early.status_code, list(early.json()["fields"])) == (409, ["met_on"])
    assert FirstVisit.objects.get().met_on == date(2026, 11, 20)


def test_prospects_are_those_whose_file_one_may_open(
    prospect, marketing, peer, head, stranger, speaking_for
):
    client = ClientFactory(owner=marketing, outlet=prospect.outlet)

    lists = [found(speaking_for(one), PROSPECTS) for one in (marketing, head, peer, stranger)]

    assert lists == [[prospect.pk], [prospect.pk], [], []]
    assert speaking_for(peer).get(f"{PROSPECTS}{prospect.pk}/").status_code == 404
    assert speaking_for(marketing).get(f"{PROSPECTS}{client.pk}/").status_code == 404
    lost = {"stage": "lost", "reason": "Has a bank"}
    assert speaking_for(peer).post(f"{PROSPECTS}{prospect.pk}/advance/", lost).status_code == 404
    assert not Lead.objects.exists()


def test_nobody_names_the_list_of_somebody_else(prospect, fair, marketing, head, speaking_for):
    theirs = LeadList.objects.create(
        name="Fair", unit=fair.unit, given_by=head, given_to=head, quota=1, due_on=fair.due_on
    )
    lost = {"stage": "lost", "reason": "Has a bank", "lead_list": theirs.pk}
    url = f"{PROSPECTS}{prospect.pk}/advance/"

    unseen, not_given = (speaking_for(one).post(url, lost) for one in (marketing, head))

    assert (unseen.status_code, list(unseen.json()["fields"])) == (400, ["lead_list"])
    assert not_given.status_code == 409


def test_prospects_are_narrowed_and_ordered(prospect, fair, marketing, now, speaking_for):
    earlier = {"by": marketing, "at": now - timedelta(days=3)}
    call = {"channel": "call", "due_on": date(2026, 11, 26)}
    advance(prospect, stage="contacted", next_step=call, lead_list=fair, **earlier)
    other = ClientFactory(owner=marketing, state="prospect", responsible_since=now, name="许文")
    program = speaking_for(marketing)

    asked = {
        "": [prospect.pk, other.pk],
        "ordering=-stage_since": [other.pk, prospect.pk],
        "ordering=next_due_at": [prospect.pk, other.pk],
        "stage=contacted": [prospect.pk],
        "stage=new": [other.pk],
        f"lead_list={fair.pk}": [prospect.pk],
        "without_step=true": [other.pk],
        "without_step=false": [prospect.pk],
        "next_due_before=2026-11-27": [prospect.pk],
        "search=许文": [other.pk],
        f"owner={marketing.pk}&org_unit={prospect.outlet_id}": [prospect.pk, other.pk],
    }
    assert {query: found(program, f"{PROSPECTS}?{query}") for query in asked} == asked
    for unknown in ("state=prospect", "ordering=-aum", "stage=won"):
        assert program.get(f"{PROSPECTS}?{unknown}").status_code == 400
    first = program.get(f"{PROSPECTS}?page_size=1").json()
    assert found(program, first["next"]) == [other.pk]


def test_the_pipeline_counts_everybody(prospect, marketing, peer, now, speaking_for):
    earlier = {"by": marketing, "at": now - timedelta(days=3)}
    call = {"channel": "call", "due_on": date(2026, 11, 26)}
    advance(prospect, stage="contacted", next_step=call, **earlier)
    ClientFactory.create_batch(2, owner=marketing, state="prospect", responsible_since=now)
    ClientFactory(owner=peer, state="prospect")

    told = speaking_for(marketing).get(f"{PROSPECTS}pipeline/").json()["stages"]

    assert told[:2] == [
        {"stage": "new", "count": 2, "oldest": 0, "without_step": 2},
        {"stage": "contacted", "count": 1, "oldest": 3, "without_step": 0},
    ]
    assert [row["count"] for row in told[2:]] == [0, 0, 0]


@pytest.mark.parametrize("rows", [1, 3])
def test_prospects_cost_the_same_for_any_number(
    rows, marketing, speaking_for, django_assert_num_queries
):
    ClientFactory.create_batch(rows, owner=marketing, state="prospect")
    program = speaking_for(marketing)
    program.get(PROSPECTS)

    with django_assert_num_queries(2):
        assert len(found(program, PROSPECTS)) == rows


# --- Lists of leads


def test_a_head_gives_a_list_and_sees_what_it_brought(marketing, head, prospect, speaking_for, now):
    asked = {"to": marketing.pk, "name": "Spring fair", "quota": 20, "due_on": "2026-12-20"}
    made = speaking_for(head).post(LISTS, asked)
    fair = LeadList.objects.get()
    call = {"channel": "call", "due_on": date(2026, 11, 26)}
    advance(prospect, stage="contacted", next_step=call, lead_list=fair, by=marketing, at=now)

    told = speaking_for(head).get(f"{LISTS}{fair.pk}/").json()

    assert (made.status_code, made.json()["brought"]) == (201, 0)
    assert (told["quota"], told["brought"], told["worked"]) == (20, 1, 1)
    assert (told["given_by"], told["given_to"]) == (head.pk, marketing.pk)


def test_lists_are_given_by_heads_to_marketing_rms_of_theirs(
    marketing, rm, head, other_head, speaking_for
):
    asked = {"to": marketing.pk, "name": "Spring fair", "quota": 20, "due_on": "2026-12-20"}

    answers = [
        speaking_for(rm).post(LISTS, asked),
        speaking_for(other_head).post(LISTS, asked),
        speaking_for(head).post(LISTS, asked | {"to": rm.pk}),
        speaking_for(head).post(LISTS, asked | {"due_on": "2026-11-22"}),
        speaking_for(head).post(LISTS, asked | {"quota": 0}),
    ]

    assert [answer.status_code for answer in answers] == [403, 409, 409, 409, 400]
    fields = [list(answer.json()["fields"]) for answer in answers[1:]]
    assert fields == [["to"], ["to"], ["due_on"], ["quota"]]
    assert not LeadList.objects.exists()


def test_lists_are_narrowed_and_others_see_none(
    fair, marketing, head, other_head, rm, speaking_for
):
    program = speaking_for(head)
    rows = {"unit": fair.unit, "given_by": head, "given_to": marketing, "quota": 5}
    over = LeadList.objects.create(name="Old fair", due_on=date(2026, 11, 20), **rows)

    asked = {
        "": [over.pk, fair.pk],
        "open=true": [fair.pk],
        "open=false": [over.pk],
        "due_before=2026-12-20": [over.pk],
        f"given_to={marketing.pk}": [over.pk, fair.pk],
        f"given_by={marketing.pk}": [],
        f"org_unit={fair.unit_id}&ordering=due_on": [over.pk, fair.pk],
    }
    assert {query: found(program, f"{LISTS}?{query}") for query in asked} == asked
    lists = [found(speaking_for(one), LISTS) for one in (marketing, rm, other_head)]
    assert lists == [[over.pk, fair.pk], [], []]
    assert program.get(f"{LISTS}?state=open").status_code == 400
