"""Follow-ups, contacts, letters and points."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.models import Contact, FollowUp
from crm.lib import clock
from managers.models import Letter, PointEntry
from tests.factories.book import ClientFactory
from tests.factories.people import PostingFactory, StaffFactory


def _client_in_a_book():
    return ClientFactory(owner=PostingFactory().staff)


class FollowUpFactory(DjangoModelFactory):
    """A call agreed for the test's Monday, due at the end of the day."""

    class Meta:
        model = FollowUp
        skip_postgeneration_save = True

    client = factory.LazyFunction(_client_in_a_book)
    owner = factory.LazyAttribute(lambda item: item.client.owner)
    due_on = date(2026, 11, 23)
    due_at = factory.LazyAttribute(lambda item: clock.end_of_day(item.due_on))
    first_due_on = factory.LazyAttribute(lambda item: item.due_on)

    @factory.post_generation
    def next_due(self, create, extracted, **kwargs):
        """Keep the client's next due moment, as the actions do."""
        if create and self.state == FollowUp.State.OPEN:
            self.client.next_due_at = min(self.client.next_due_at, self.due_at)
            self.client.save(update_fields=["next_due_at"])


class ContactFactory(DjangoModelFactory):
    """A valid call."""

    class Meta:
        model = Contact

    client = factory.LazyFunction(_client_in_a_book)
    staff = factory.LazyAttribute(lambda contact: contact.client.owner)
    channel = "call"
    outcome = "reached"
    notes = "Compared the renewal rates."
    next_step = "Send the rate sheet"
    happened_at = datetime(2026, 11, 7, 2, 0, tzinfo=UTC)
    is_valid = True


class LetterFactory(DjangoModelFactory):
    """A letter that waits."""

    class Meta:
        model = Letter

    kind = "morning-digest"
    about = factory.Sequence(lambda n: f"day:{n}")
    recipient = factory.SubFactory(StaffFactory)
    due_at = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


class PointEntryFactory(DjangoModelFactory):
    """Ten points for an introduction."""

    class Meta:
        model = PointEntry

    staff = factory.SubFactory(StaffFactory)
    day = date(2026, 11, 20)
    metric = "handover"
    points = Decimal("10.00")
    source = factory.Sequence(lambda n: f"handover:{n}:from")
    post = "wealth_rm"
