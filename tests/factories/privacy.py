"""What clients ask about their data."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from clients.models import PrivacyRequest
from tests.factories.book import ClientFactory
from tests.factories.people import StaffFactory


class PrivacyRequestFactory(DjangoModelFactory):
    """A copy, asked for on the Monday of the tests."""

    class Meta:
        model = PrivacyRequest

    client = factory.SubFactory(ClientFactory)
    kind = "copy"
    channel = "outlet"
    identity = "card"
    received_on = date(2026, 11, 23)
    due_on = date(2026, 12, 8)
    registered_by = factory.SubFactory(StaffFactory)
    registered_at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
