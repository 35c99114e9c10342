"""Booking and its words, as the tests of follow-ups need them."""

from datetime import date

from clients.models import FollowUp

MONDAY = date(2026, 11, 23)
NOTE = "Renews for three years."


def next_due(client):
    client.refresh_from_db()
    return client.next_due


def planned(client):
    """The client's one planned contact."""
    return FollowUp.objects.open().get(client=client, trigger="cadence")
