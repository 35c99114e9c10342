"""Follow-ups, contacts, appointments, letters and points."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.models import (
    Appointment,
    ClientRequest,
    Contact,
    FollowUp,
    ProgrammeRun,
    Room,
    Series,
    Slot,
)
from crm.lib import clock
from managers.models import Letter, PointEntry
from tests.factories.book import ClientFactory
from tests.factories.people import OrgUnitFactory, PostingFactory, StaffFactory


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


class ProgrammeRunFactory(DjangoModelFactory):
    """A programme of three steps that has begun on the test's Monday."""

    class Meta:
        model = ProgrammeRun
        skip_postgeneration_save = True

    client = factory.LazyFunction(_client_in_a_book)
    code = "onboarding"
    name = "Onboarding"
    started_on = date(2026, 11, 23)

    @factory.post_generation
    def steps(self, create, extracted, **kwargs):
        """On the days 0, 3 and 14."""
        if create:
            for number, days in enumerate((0, 3, 14), start=1):
                day = self.started_on + timedelta(days=days)
                self.steps.create(number=number, due_on=day, channel="call")


class SeriesFactory(DjangoModelFactory):
    """A call each month from the day after the test's Monday on."""

    class Meta:
        model = Series

    client = factory.LazyFunction(_client_in_a_book)
    created_by = factory.LazyAttribute(lambda series: series.client.owner)
    every = "month"
    rule = "FREQ=MONTHLY"
    begins_on = date(2026, 11, 24)
    channel = "call"


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


class ClientRequestFactory(DjangoModelFactory):
    """A question that is promised an answer by the evening of the test's Tuesday."""

    class Meta:
        model = ClientRequest

    client = factory.LazyFunction(_client_in_a_book)
    owner = factory.LazyAttribute(lambda item: item.client.owner)
    taken_by = factory.LazyAttribute(lambda item: item.owner)
    asked = "The rate for three years"
    due_on = date(2026, 11, 24)
    due_at = factory.LazyAttribute(lambda item: clock.end_of_day(item.due_on))
    asked_at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class RoomFactory(DjangoModelFactory):
    """A VIP room for four."""

    class Meta:
        model = Room

    unit = factory.SubFactory(OrgUnitFactory)
    name = factory.Sequence(lambda n: f"贵宾室{n}")
    latin_name = factory.Sequence(lambda n: f"VIP room {n}")


class AppointmentFactory(DjangoModelFactory):
    """Advice at the client's outlet, agreed for an hour from 09:00 of the test's Monday."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    client = factory.LazyFunction(_client_in_a_book)
    host = factory.LazyAttribute(lambda visit: visit.client.owner)
    place = ""
    room = None
    starts_at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda visit: visit.starts_at + timedelta(hours=1))
    unit = factory.LazyAttribute(lambda v: None if v.place else v.client.outlet)
    state = "confirmed"

    @factory.post_generation
    def slots(self, create, extracted, **kwargs):
        """Whose time it takes: the host's, that of `slots=[...]`, and the room's."""
        span = {"appointment": self, "starts_at": self.starts_at, "ends_at": self.ends_at}
        for person in (self.host, *(extracted or [])):
            Slot.objects.create(staff=person, is_taken=self.is_coming, **span)
        if self.room:
            Slot.objects.create(room=self.room, is_taken=self.is_coming, **span)


class LetterFactory(DjangoModelFactory):
    """A letter that waits."""

    class Meta:
        model = Letter

    kind = "morning-digest"
    about = factory.Sequence(lambda n: f"day:{n}")
    recipient = factory.SubFactory(StaffFactory)
    due_at = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


class PointEntryFactory(DjangoModelFactory):
    """The whole of an introduced client."""

    class Meta:
        model = PointEntry

    staff = factory.SubFactory(StaffFactory)
    day = date(2026, 11, 20)
    metric = "handover"
    amount = Decimal("1.00")
    source = factory.Sequence(lambda n: f"handover:{n}:from")
    post = "wealth_rm"
