"""Which RM suits, over the API: reasons, load, and the hours of the coming days (rules D4, E12)."""

from datetime import date

import pytest

from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    HoldingFactory,
    LicenceFactory,
    PostingFactory,
)

pytestmark = pytest.mark.django_db

ASK = "/api/v1/referrals/suggestions/"


def ask(program, client):
    return program.get(f"/api/v1/clients/{client.pk}/suggestions/")


@pytest.fixture
def waiting(outlet):
    """A platinum client in the pool of the outlet."""
    return ClientFactory(outlet=outlet, tier="platinum")


def test_a_head_sees_who_suits_with_reasons_load_and_hours(waiting, head, rm, peer, speaking_for):
    ClientFactory.create_batch(10, owner=rm, tier="diamond")
    ContactFactory(client=waiting, staff=rm)
    FollowUpFactory(client=waiting, owner=rm, channel="visit", due_on=date(2026, 11, 25))

    first, second = ask(speaking_for(head), waiting).json()["results"]

    assert (first["staff"], first["reasons"]) == (rm.pk, ["met"])
    assert first["why"].startswith("has spoken with this client")
    assert (first["before"], first["after"]) == (7, 7)
    assert first["hours_after"] == first["hours"] + 1
    assert first["hours"] < first["capacity"]
    assert (second["staff"], second["reasons"], second["before"]) == (peer.pk, ["load"], 0)


def test_every_reason_that_is_true_of_the_rm_is_told(waiting, head, rm, peer, speaking_for):
    LicenceFactory(staff=peer, kind="fund")
    HoldingFactory(client=waiting, category="fund")
    ContactFactory(client=waiting, staff=peer)

    first, second = ask(speaking_for(head), waiting).json()["results"]

    assert (first["staff"], first["reasons"]) == (peer.pk, ["met", "licence"])
    assert (second["staff"], second["reasons"]) == (rm.pk, ["load"])


def test_who_has_the_client_or_is_away_is_not_suggested(outlet, head, rm, peer, speaking_for):
    owned = ClientFactory(owner=rm, outlet=outlet)
    away = PostingFactory(unit=outlet).staff
    AbsenceFactory(staff=away, deputy=peer)

    found = ask(speaking_for(head), owned).json()["results"]

    assert [row["staff"] for row in found] == [peer.pk]


def test_where_nobody_suits_it_says_why_in_the_language_of_the_caller(outlet, head, speaking_for):
    PostingFactory(unit=outlet, grade="assistant", step=1)
    client = ClientFactory(outlet=outlet, tier="private")
    head.language = "zh-hans"
    head.save()

    told = ask(speaking_for(head), client).json()

    assert (told["results"], told["nobody"]["reasons"]) == ([], ["no_grade"])
    assert told["nobody"]["why"]


def test_only_heads_of_the_outlet_ask(waiting, outlet, rm, peer, other_head, speaking_for):
    owned = ClientFactory(owner=rm, outlet=outlet)

    asked = [(rm, owned), (peer, owned), (rm, waiting), (other_head, waiting)]
    codes = [ask(speaking_for(person), client).status_code for person, client in asked]

    assert codes == [403, 404, 404, 404]


@pytest.mark.parametrize("rms", [1, 4])
def test_asking_costs_the_same_for_any_number_of_rms(
    rms, waiting, outlet, head, speaking_for, django_assert_num_queries
):
    for _rm in range(rms):
        PostingFactory(unit=outlet)
    program = speaking_for(head)
    ask(program, waiting)

    with django_assert_num_queries(23):
        assert len(ask(program, waiting).json()["results"]) == rms


# --- For a referral


def test_a_teller_is_told_whom_to_ask_and_why(waiting, teller, rm, peer, speaking_for):
    ClientFactory.create_batch(9, owner=rm)
    ContactFactory(client=waiting, staff=rm)
    program = speaking_for(teller)

    first, second = program.get(ASK, {"client": waiting.pk}).json()["results"]
    newcomer = program.get(ASK).json()["results"]

    assert (first["staff"], first["reasons"]) == (rm.pk, ["met"])
    assert (second["staff"], second["reasons"], second["why"]) == (peer.pk, [], "")
    assert second["hours_free"] > 0
    assert [(row["staff"], row["reasons"]) for row in newcomer] == [
        (peer.pk, ["load"]),
        (rm.pk, []),
    ]


def test_for_an_owned_client_owner_and_deputy_are_asked(outlet, teller, rm, peer, speaking_for):
    owned = ClientFactory(owner=rm, outlet=outlet)
    AbsenceFactory(staff=rm, deputy=peer)

    found = speaking_for(teller).get(ASK, {"client": owned.pk}).json()["results"]

    assert {row["staff"] for row in found} == {rm.pk, peer.pk}
    assert [row["reasons"] for row in found] == [[], []]


def test_nobody_asks_about_a_stranger_and_who_does_not_refer_does_not_ask(
    other_outlet, teller, officer, speaking_for
):
    stranger = ClientFactory(outlet=other_outlet)
    program = speaking_for(teller)

    unknown = program.get(ASK, {"client": stranger.pk})
    wrong = [program.get(ASK, asked).status_code for asked in ({"client": "x"}, {"who": 1})]

    assert (unknown.status_code, list(unknown.json()["fields"])) == (400, ["client"])
    assert wrong == [400, 400]
    assert speaking_for(officer).get(ASK).status_code == 403
