"""Whoever reads a client's file is in the access log, with the ground for it."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from clients.book.lookup import lookup
from clients.models import FileReader
from managers.models import AccessEvent
from tests.factories import AbsenceFactory, ClientFactory, ReviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(rm, outlet):
    return ClientFactory(owner=rm, outlet=outlet)


def logged():
    return list(
        AccessEvent.objects.order_by("pk").values_list("actor", "client_id", "verb", "page")
    )


def test_a_page_of_the_file_is_logged_before_it_is_shown(client, rm, file):
    client.force_login(rm)

    client.get(reverse("client", args=[file.pk]), REMOTE_ADDR="192.0.2.7")

    assert logged() == [(rm.pk, file.pk, "viewed", "client")]
    assert AccessEvent.objects.get().address == "192.0.2.7"


def test_a_refused_note_shows_the_file_again_and_is_logged(client, rm, file):
    client.force_login(rm)

    assert client.post(reverse("client-note", args=[file.pk]), {}).status_code == 422

    assert [row[3] for row in logged()] == ["client-note"]


def test_a_file_that_is_not_shown_is_not_logged(client, stranger, file):
    client.force_login(stranger)

    assert client.get(reverse("client", args=[file.pk])).status_code == 404
    assert logged() == []


def test_the_api_logs_as_the_pages_do(rm, file):
    program = APIClient()
    program.force_authenticate(rm)

    program.get(f"/api/v1/clients/{file.pk}/")
    program.get(f"/api/v1/contacts/?client={file.pk}")
    program.get("/api/v1/clients/")

    assert [row[3] for row in logged()] == ["api-client-detail", "api-contact-list"]


def test_a_look_up_is_logged_for_each_client_who_is_shown(teller, file, now):
    lookup(teller, file.number, at=now)

    assert logged() == [(teller.pk, file.pk, "looked_up", "lookup")]


def test_a_sheet_that_was_downloaded_is_logged_as_such(client, rm, file):
    ReviewFactory(client=file)
    client.force_login(rm)

    client.post(reverse("review-sheet", args=[file.pk]))

    assert [row[2] for row in logged()] == ["viewed", "downloaded"]


@pytest.mark.parametrize(
    ("who", "ground"), [("rm", "own"), ("peer", "cover"), ("head", "scope"), ("stranger", "relay")]
)
def test_the_ground_stands_beside_it(request, client, rm, file, now, who, ground):
    person = request.getfixturevalue(who)
    if who == "peer":
        AbsenceFactory(staff=rm, deputy=person, first_day=now.date(), last_day=now.date())
    if who == "stranger":
        FileReader.objects.create(client=file, staff=person, since=now)
    client.force_login(person)

    client.get(reverse("client", args=[file.pk]))

    assert AccessEvent.objects.get().basis == ground
