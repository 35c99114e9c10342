"""What clients were promised stands above everything in the mail of the morning (rules F8, F11)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.desk.digest import morning_digest, plan_digests
from managers.models import Letter
from tests.factories import AbsenceFactory, ClientFactory, ClientRequestFactory, FollowUpFactory

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def promise(owner, *, day=FRIDAY, **more):
    return ClientRequestFactory(client=ClientFactory(owner=owner), due_on=day, **more)


def digest_of(person, now):
    plan_digests(now)
    return morning_digest(Letter.objects.get(recipient=person))


def test_a_late_promise_is_first_counted_as_overdue_and_named_without_its_text(rm, now):
    FollowUpFactory(client=ClientFactory(owner=rm), due_on=FRIDAY - timedelta(days=3))
    late = promise(rm, promised="The rate is 2.35")

    mail = digest_of(rm, now)

    first = mail["sections"][0]
    assert (first.title, first.tone, first.count) == ("Promised to clients", "late", 1)
    assert (first.rows[0].reason, first.rows[0].when) == ("Answer", "3 days late")
    assert first.rows[0].url.endswith(reverse("request", args=[late.pk]))
    assert (mail["first"], mail["clients"], mail["late"]) == (first.rows[0], 2, 2)
    assert mail["is_required"]


def test_a_promise_of_today_alone_makes_a_digest(rm, now):
    promise(rm, day=MONDAY)

    mail = digest_of(rm, now)

    assert [section.title for section in mail["sections"]] == ["Promised to clients"]
    assert (mail["clients"], mail["late"], mail["is_required"]) == (1, 0, False)


def test_the_deputy_reads_of_it_instead_of_who_is_away(rm, peer, now):
    AbsenceFactory(staff=rm, deputy=peer)
    promise(rm)

    assert digest_of(peer, now)["late"] == 1
    assert Letter.objects.filter(recipient=rm).count() == 0


def test_a_promise_of_another_day_makes_none(rm, now):
    promise(rm, day=date(2026, 11, 24))

    assert plan_digests(now) == 0


def test_today_counts_a_late_promise_as_overdue(client, rm, now):
    FollowUpFactory(client=ClientFactory(owner=rm), due_on=FRIDAY)
    promise(rm)
    client.force_login(rm)

    assert client.get(reverse("today")).context["overdue"] == 2


def test_the_open_row_says_from_which_day_it_was_moved(client, rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm), wanted_on=date(2026, 11, 22))
    client.force_login(rm)

    page = client.get(reverse("today"), {"open": item.pk}).content.decode()

    assert "moved from Sun 11-22: weekend" in page
