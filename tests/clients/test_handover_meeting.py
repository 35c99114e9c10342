"""The introduction is a visit of three, with invitations (rules E5, E6, F9)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clients.appointments.actions import book
from clients.book.actions import assign
from clients.handover.actions import introduce, plan_introduction, tidy
from clients.models import Appointment, Contact, FileReader, Handover
from crm.lib.errors import RuleBroken
from managers.models import Letter
from tests.clients.test_appointments import span
from tests.factories import ClientFactory, HandoverFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def handover(marketing, rm, now):
    """Accepted, so that the two may meet the client."""
    made = HandoverFactory(from_staff=marketing, to_staff=rm, state="accepted")
    FileReader.objects.create(client=made.client, staff=rm, since=now)
    return made


def test_either_books_the_meeting_and_both_are_invited(handover, marketing, rm, now):
    visit = plan_introduction(handover, **span(10), by=rm, at=now)

    assert (visit.kind, visit.host, visit.staff) == ("introduction", marketing, [marketing, rm])
    invited = Letter.objects.filter(kind="appointment-invitation").values_list("recipient")
    assert {pk for (pk,) in invited} == {marketing.pk, rm.pk}
    with pytest.raises(RuleBroken, match="booked already"):
        plan_introduction(handover, **span(14), by=marketing, at=now)


def test_nobody_else_books_it_and_not_where_one_of_the_two_is_taken(handover, rm, head, now):
    with pytest.raises(RuleBroken, match="one of the two"):
        plan_introduction(handover, **span(10), by=head, at=now)
    book(ClientFactory(owner=rm), kind="advice", **span(10), by=rm, at=now)

    with pytest.raises(RuleBroken, match="Lin Yue is taken"):
        plan_introduction(handover, **span(10), by=rm, at=now)


def test_what_the_client_said_is_kept_and_the_client_changes_hands(handover, rm, marketing, now):
    visit = plan_introduction(handover, **span(10), by=rm, at=now)
    at = visit.starts_at + timedelta(minutes=40)

    introduce(handover, acknowledged="Is glad to have one person for all", by=marketing, at=at)

    visit.refresh_from_db()
    assert (visit.state, visit.contact.notes) == ("held", "Is glad to have one person for all")
    assert (visit.contact.outcome, visit.contact.is_valid) == ("visited", True)
    assert Handover.objects.get().state == "introduced"
    assert visit.client.owner == rm


def test_a_visit_is_not_recorded_past_its_handover(handover, rm, client, now):
    visit = plan_introduction(handover, **span(10), by=rm, at=now)
    client.force_login(rm)

    page = client.get(reverse("appointment", args=[visit.pk])).content.decode()

    assert "What came of it" not in page


def test_who_met_the_client_before_the_day_calls_the_meeting_off(handover, rm, now):
    visit = plan_introduction(handover, **span(10), by=rm, at=now)

    introduce(handover, by=rm, at=now)

    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "Introduced on an earlier day.")
    assert not Contact.objects.exists()


def test_the_meeting_of_a_handover_that_lost_its_ground_is_called_off_and_all_are_told(
    handover, marketing, rm, peer, head, now
):
    visit = plan_introduction(handover, **span(10), by=rm, at=now)
    assign(handover.client, to=peer, was=marketing.pk, by=head, reason="Knows them", at=now)

    assert tidy(at=now)["withdrawn"] == 1

    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "The handover does not go on.")
    told = Letter.objects.filter(kind="appointment-cancelled").values_list("recipient", flat=True)
    assert {marketing.pk, rm.pk} <= set(told)


def test_other_visits_go_to_the_new_rm(handover, marketing, rm, now):
    about = {"kind": "advice", **span(15)}
    other = book(handover.client, **about, by=marketing, at=now)

    introduce(handover, by=rm, at=now)

    assert Appointment.objects.get(pk=other.pk).host == rm


def test_the_page_of_the_handover_leads_to_the_meeting(handover, rm, client):
    client.force_login(rm)
    url = reverse("handover-meet", args=[handover.pk])
    assert url in client.get(reverse("handover", args=[handover.pk])).content.decode()

    typed = {"day": "2026-11-24", "start": "10:00", "minutes": 60, "where": "desk"}
    answer = client.post(url, typed)

    visit = Appointment.objects.get()
    assert answer.url == reverse("appointment", args=[visit.pk])
    assert answer.url in client.get(reverse("handover", args=[handover.pk])).content.decode()
