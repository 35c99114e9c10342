"""Whom a colleague covers is asked once for what is written in one go, and anew for the next."""

import pytest

from clients.book.models import asked_once
from clients.models import Client
from tests.factories import AbsenceFactory, ClientFactory

pytestmark = pytest.mark.django_db


def test_a_cover_that_begins_meanwhile_counts_from_the_next_thing_on(rm, peer):
    client = ClientFactory(owner=rm)

    with asked_once(peer):
        AbsenceFactory(staff=rm, deputy=peer)
        assert not Client.objects.visible_to(peer).exists()

    assert Client.objects.visible_to(peer).get() == client


def test_a_cover_that_ends_gives_nothing_to_the_next_thing(rm, peer):
    ClientFactory(owner=rm)
    absence = AbsenceFactory(staff=rm, deputy=peer)

    with asked_once(peer):
        assert Client.objects.visible_to(peer).exists()
    absence.delete()

    assert not Client.objects.visible_to(peer).exists()
