"""A merge is taken back, and decided on pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.book.details import sealed_columns
from clients.book.duplicates import note
from clients.merging import moves
from clients.merging.actions import merge, undo
from clients.models import Client, Merge
from crm.lib.errors import RuleBroken
from tests.clients.twins import IDENTITY, kept, made, pair, twin
from tests.factories import (
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    HoldingFactory,
)

__all__ = ["kept", "pair", "twin"]


def snapshot():
    """Every row that a merge may touch, without versions."""
    found = {}
    for model in {field.model for field in moves.relations()} | {Client}:
        for row in model.objects.order_by("pk"):
            columns = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
            columns.pop("version", None)
            found[model._meta.label, row.pk] = {
                name: value.open() if hasattr(value, "open") else value
                for name, value in columns.items()
            }
    return found


# --- Taking back


def test_a_merge_is_taken_back_whole(kept, twin, head, now):
    for client in (kept, twin):
        ContactFactory(client=client)
        HoldingFactory(client=client, source_key="demo:account")
        FollowUpFactory(client=client)
    before = snapshot()

    done = merge(kept, twin, take=["phone", "name"], by=head, at=now)
    assert snapshot() != before
    undo(done, by=head, at=now + timedelta(days=30))

    assert snapshot() == before


def test_after_thirty_days_it_stands(kept, twin, head, now):
    done = merge(kept, twin, by=head, at=now)

    with pytest.raises(RuleBroken, match="too old"):
        undo(done, by=head, at=now + timedelta(days=31))


def test_what_came_after_the_merge_stays_where_it_was_written(kept, twin, head, now):
    done = merge(kept, twin, by=head, at=now)
    later = ContactFactory(client=kept)

    undo(done, by=head, at=now)

    later.refresh_from_db()
    assert later.client == kept


def test_nothing_is_taken_back_twice(kept, twin, head, now):
    done = merge(kept, twin, by=head, at=now)
    undo(done, by=head, at=now)

    with pytest.raises(RuleBroken, match="already"):
        undo(done, by=head, at=now)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=9
    ),
    take=st.lists(st.sampled_from(["name", "phone", "email", "birth_date"]), unique=True),
)
def test_merges_and_undo_in_any_order_restore_everything(steps, take, rm, peer, head, now, outlet):
    same = sealed_columns(identity_no=IDENTITY)
    files = []
    for number in range(4):
        details = sealed_columns(phone=f"1610000{Client.objects.count():04d}")
        client = made(owner=(rm, peer)[number % 2], **details, **same)
        HoldingFactory(client=client, source_key="demo:account")
        FollowUpFactory(client=client)
        ContactFactory(client=client)
        files.append(client)
    before, standing = snapshot(), []
    for is_merge, a, b in steps:
        try:
            if is_merge:
                fresh = [Client.objects.get(pk=files[i].pk) for i in (a, b)]
                standing.append(merge(*fresh, take=take, by=head, at=now))
            elif standing:
                made_one = standing[a % len(standing)]
                undo(made_one, by=head, at=now)
                standing.remove(made_one)
        except RuleBroken:
            continue
        total = sum(Client.objects.filter(merged_into=None).values_list("aum", flat=True))
        assert total == sum(row["aum"] for key, row in before.items() if key[0] == "clients.Client")
    for made_one in reversed(standing):
        undo(made_one, by=head, at=now)

    assert snapshot() == before


# --- Pages


def test_a_head_compares_merges_and_takes_back(client, pair, kept, twin, head):
    ContactFactory(client=twin)
    client.force_login(head)

    listed = client.get(reverse("duplicate-list")).content.decode()
    compared = client.get(reverse("duplicate", args=[pair.pk])).content.decode()
    assert reverse("duplicate", args=[pair.pk]) in listed
    assert "Contacts: 1" in compared
    assert "161****0001" in compared
    assert "16100000001" not in compared

    page = client.post(reverse("duplicate", args=[pair.pk]), {"keep": kept.pk, "take": ["phone"]})
    assert page.url == f"/clients/{kept.pk}/"
    assert client.get(reverse("duplicate", args=[pair.pk])).status_code == 404
    done = Merge.objects.get()
    assert (
        reverse("merge-undo", args=[done.pk])
        in client.get(reverse("duplicate-list")).content.decode()
    )

    page = client.post(reverse("merge-undo", args=[done.pk]))
    assert page.url == f"/clients/{twin.pk}/"
    pair.refresh_from_db()
    assert pair.state == "open"


def test_a_refused_merge_says_why(client, pair, kept, twin, head):
    HandoverFactory(client=twin, from_staff=twin.owner, to_staff=kept.owner, state="submitted")
    client.force_login(head)

    page = client.post(reverse("duplicate", args=[pair.pk]), {"keep": kept.pk})

    assert page.status_code == 422
    assert "A handover of the other file is under way" in page.content.decode()


def test_two_people_stay_two(client, pair, head):
    client.force_login(head)

    client.post(reverse("duplicate-distinct", args=[pair.pk]))

    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("distinct", head)
    assert list(client.get(reverse("duplicate-list")).context["page"].rows) == []


def test_duplicates_are_not_for_rms_and_foreign_ones_not_there(client, pair, rm, other_head):
    client.force_login(rm)
    assert client.get(reverse("duplicate-list")).status_code == 403
    client.force_login(other_head)
    assert client.get(reverse("duplicate", args=[pair.pk])).status_code == 404
    assert list(client.get(reverse("duplicate-list")).context["page"].rows) == []


def test_the_list_of_duplicates_asks_as_much_for_one_as_for_three(
    client, pair, rm, head, now, django_assert_max_num_queries
):
    client.force_login(head)
    with django_assert_max_num_queries(30) as one:
        client.get(reverse("duplicate-list"))
    for number in range(2):
        phones = sealed_columns(phone=f"1610000100{number}")
        twins = [ClientFactory(owner=rm, **phones) for _twin in range(2)]
        note(twins, by=None, at=now)
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("duplicate-list"))


def test_what_points_at_a_client_either_goes_or_stays_on_purpose():
    names = {field.model.__name__ for field in moves.relations()}

    assert {"Contact", "FollowUp", "Holding", "Referral", "Handover", "Tagging", "Member"} <= names
    assert not names & {model.__name__ for model in moves.STAYS}
