"""What a client told of family and household."""

from datetime import date

import pytest

from clients.file import actions
from clients.file.queries import home
from clients.models import Household, Member
from crm.lib.errors import RuleBroken
from tests.clients.told import TODAY, file
from tests.factories import ClientFactory, ConsentFactory

__all__ = ["file"]


def test_assets_of_a_household_are_shown_once_each_adult_agreed(file, rm):
    wife = ClientFactory(owner=rm, aum="1000.00", birth_date=date(1982, 11, 30))
    child = ClientFactory(owner=rm, aum="10.00", birth_date=date(2015, 5, 1))
    house = Household.objects.create()
    for one, relation in ((file, "holder"), (wife, "spouse"), (child, "child")):
        Member.objects.create(household=house, client=one, relation=relation)
    ConsentFactory(client=file, purpose="household")

    assert home(file, rm, on=TODAY).together is None

    ConsentFactory(client=wife, purpose="household")
    assert home(file, rm, on=TODAY).together == file.aum + 1010

    wife.consents.update(withdrawn_on=TODAY)
    assert home(file, rm, on=TODAY).together is None


def test_a_client_joins_the_household_decides_there_and_leaves(file, rm, now):
    wife = ClientFactory(owner=rm)

    actions.join(file, wife, relation="spouse", decides=True, by=rm, at=now)

    [(place, is_own)] = home(file, rm, on=TODAY).members
    assert (place.client, place.relation, place.decides, is_own) == (wife, "spouse", True, True)

    actions.leave(wife, by=rm, at=now)
    assert not Household.objects.exists()


def test_who_belongs_to_another_household_is_not_taken_away(file, rm, now):
    one, other = ClientFactory(owner=rm), ClientFactory(owner=rm)
    actions.join(one, other, relation="spouse", by=rm, at=now)
    actions.join(file, ClientFactory(owner=rm), relation="parent", by=rm, at=now)

    with pytest.raises(RuleBroken, match="another household"):
        actions.join(file, one, relation="child", by=rm, at=now)


def test_a_member_is_named_as_the_search_box_finds_them(client, file, rm):
    wife = ClientFactory(owner=rm, name="王小梅")
    ClientFactory(owner=rm, name="王小明")
    client.force_login(rm)
    address = f"/clients/{file.pk}/members/new/"

    answer = client.post(address, {"client": "王小", "relation": "spouse"})
    [told] = answer.context["form"].errors["client"]
    assert told.startswith("Whom do you mean: ")
    assert wife.number in told

    client.post(address, {"client": "wangxiaomei", "relation": "spouse"})
    assert [place.client for place, _own in home(file, rm, on=TODAY).members] == [wife]


def test_nobody_of_another_book_is_found_for_a_household(client, file, rm, peer):
    theirs = ClientFactory(owner=peer, name="王小梅")
    client.force_login(rm)

    for text in (theirs.number, "王小梅"):
        answer = client.post(
            f"/clients/{file.pk}/members/new/", {"client": text, "relation": "spouse"}
        )
        assert answer.context["form"].errors["client"] == ["There is no such client in your book."]


def test_a_place_that_a_colleague_corrected_meanwhile_shows_both_versions(client, file, rm, now):
    place = actions.join(file, ClientFactory(owner=rm), relation="child", by=rm, at=now)
    client.force_login(rm)
    seen = client.get(f"/clients/members/{place.pk}/").context["form"]["seen"].value()
    actions.correct_place(place, version=seen, relation="spouse", decides=True, by=rm, at=now)

    mine = {"relation": "parent", "seen": seen}
    answer = client.post(f"/clients/members/{place.pk}/?of={file.pk}", mine)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.theirs == {"Relation": "Spouse", "Decides about money": "yes"}
    assert form["relation"].value() == "parent"
    place.refresh_from_db()
    assert place.relation == "spouse"
    answer = client.post(
        f"/clients/members/{place.pk}/?of={file.pk}", mine | {"seen": form["seen"].value()}
    )
    assert answer.url == f"/clients/{file.pk}/"
    place.refresh_from_db()
    assert (place.relation, place.decides) == ("parent", False)


def test_who_is_in_the_household_already_is_corrected_there(file, rm, now):
    wife = ClientFactory(owner=rm)
    actions.join(file, wife, relation="spouse", by=rm, at=now)

    with pytest.raises(RuleBroken, match="correct the place there"):
        actions.join(file, wife, relation="child", by=rm, at=now)
