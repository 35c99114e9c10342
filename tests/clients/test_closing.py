"""A relationship ends: what is planned is called off, the law begins to count (C1, J7)."""

from datetime import date

import pytest
from django.urls import reverse

from clients.book.models import Client
from clients.models import FollowUp
from clients.privacy import actions
from clients.privacy.kinds import kinds
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from tests.factories import ClientFactory, FollowUpFactory, HoldingFactory

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def leaving(rm):
    """A client of Lin Yue's who has taken everything out, and whom she meant to call."""
    client = ClientFactory(owner=rm, aum=0, client_since="2019-03-01")
    FollowUpFactory(client=client, owner=rm)
    return client


def close(client, *, by, at, day=FRIDAY):
    return actions.close(client, ended_on=day, cause="wish", by=by, at=at)


def test_a_head_ends_it_and_nobody_calls_any_more(leaving, head, now):
    closed = close(leaving, by=head, at=now)

    assert (closed.state, closed.ended_on, closed.owner) == ("closed", FRIDAY, leaving.owner)
    assert not FollowUp.objects.open().exists()
    event = AuditEvent.objects.get(verb="client.closed")
    assert (event.actor, event.client_id) == (head, leaving.pk)
    assert event.facts == {"cause": "wish", "day": "2026-11-20"}


@pytest.mark.parametrize("who", ["rm", "peer", "other_head", "officer", "admin"])
def test_nobody_else_does(leaving, who, now, request):
    with pytest.raises(RuleBroken) as refused:
        close(leaving, by=request.getfixturevalue(who), at=now)
    assert refused.value.code == "forbidden"


def test_no_head_ends_their_own(leaving, head, now):
    Client.objects.filter(pk=leaving.pk).update(person=head)

    with pytest.raises(RuleBroken):
        close(leaving, by=head, at=now)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2019, 2, 28)])
def test_it_ends_after_it_began_and_not_in_the_future(leaving, head, now, day):
    with pytest.raises(RuleBroken, match="after it began") as refused:
        close(leaving, by=head, at=now, day=day)
    assert set(refused.value.fields) == {"ended_on"}


def test_whoever_holds_something_still_has_a_relationship(leaving, head, now):
    HoldingFactory(client=leaving)

    with pytest.raises(RuleBroken, match="still has assets or open products"):
        close(leaving, by=head, at=now)


def test_with_a_prospect_there_is_none_to_end(rm, head, now):
    prospect = ClientFactory(owner=rm, state="prospect", aum=0)

    with pytest.raises(RuleBroken, match="no relationship yet"):
        close(prospect, by=head, at=now)


def test_the_clock_of_the_law_runs_from_that_day(leaving, head, now):
    close(leaving, by=head, at=now, day=date(2019, 3, 2))
    [kind] = [kind for kind in kinds() if kind.code == "clients"]

    assert not kind.due(on=date(2029, 3, 2)).exists()
    assert kind.due(on=date(2029, 3, 3)).get() == leaving


def test_what_was_merged_into_the_file_ended_with_it(leaving, rm, now):
    ClientFactory(owner=rm, state="closed", merged_into=leaving)
    Client.objects.filter(pk=leaving.pk).update(state="closed", ended_on="2016-11-22")

    assert actions.apply_retention(at=now)["clients"] == 1
    assert Client.objects.filter(erased_at=now).count() == 2


def test_it_is_taken_back_and_the_client_is_where_they_were(leaving, head, rm, now):
    close(leaving, by=head, at=now)
    with pytest.raises(RuleBroken):
        actions.reopen(leaving, by=rm, at=now)

    back = actions.reopen(leaving, by=head, at=now)

    assert (back.state, back.owner, back.ended_on) == ("owned", rm, None)
    with pytest.raises(RuleBroken, match="not closed"):
        actions.reopen(leaving, by=head, at=now)


def test_a_file_that_was_locked_or_merged_is_not_taken_up_again(leaving, head, officer, now, rm):
    merged = ClientFactory(owner=rm, state="closed", ended_on=FRIDAY, merged_into=leaving)
    for client in (actions.lock_away(leaving, by=officer, at=now), merged):
        with pytest.raises(RuleBroken):
            actions.reopen(client, by=head, at=now)


def test_the_head_s_page_ends_it_and_takes_it_back(client, leaving, head):
    client.force_login(head)
    page, closing = (
        reverse("client", args=[leaving.pk]),
        reverse("client-closing", args=[leaving.pk]),
    )
    assert closing in client.get(page).content.decode()

    answer = client.post(closing, {"ended_on": "2026-11-20", "cause": "elsewhere"}, follow=True)

    text = answer.content.decode()
    assert "The relationship is ended." in text
    assert "ended on 2026-11-20" in text
    assert closing not in text
    reopen = reverse("client-reopen", args=[leaving.pk])
    assert reopen in text
    client.post(reopen)
    leaving.refresh_from_db()
    assert leaving.state == "owned"


def test_the_owner_has_no_such_button(client, leaving, rm):
    client.force_login(rm)

    text = client.get(reverse("client", args=[leaving.pk])).content.decode()

    assert reverse("client-closing", args=[leaving.pk]) not in text


def test_the_page_says_what_is_in_the_way(client, leaving, head):
    HoldingFactory(client=leaving)
    client.force_login(head)

    answer = client.post(
        reverse("client-closing", args=[leaving.pk]), {"ended_on": "2026-11-20", "cause": "wish"}
    )

    assert answer.status_code == 422
    assert "still has assets or open products" in answer.content.decode()


def test_a_program_ends_it_and_takes_it_back(client, leaving, head):
    client.force_login(head)
    told = {"ended_on": "2026-11-20", "cause": "deceased"}
    how = {"content_type": "application/json"}

    closed = client.post(reverse("api-client-close", args=[leaving.pk]), told, **how).json()
    assert (closed["state"], closed["ended_on"]) == ("closed", "2026-11-20")
    assert "reopen" in closed["allowed_actions"]

    back = client.post(reverse("api-client-reopen", args=[leaving.pk]), **how).json()
    assert (back["state"], back["ended_on"]) == ("owned", None)
    assert "close" in back["allowed_actions"]
