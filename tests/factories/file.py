"""What clients told about themselves."""

from datetime import date, time

import factory
from factory.django import DjangoModelFactory

from clients.models import (
    Consent,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Preferences,
    Relative,
)
from tests.factories.book import ClientFactory


class PreferencesFactory(DjangoModelFactory):
    """WeCom first, then the phone, on weekdays from 10:00 to 11:30."""

    class Meta:
        model = Preferences

    client = factory.SubFactory(ClientFactory)
    first = "wecom"
    then = "phone"
    days = factory.LazyFunction(lambda: [1, 2, 3, 4, 5])
    from_time = time(10, 0)
    to_time = time(11, 30)


class ImportantDateFactory(DjangoModelFactory):
    """The birthday of the client's spouse, on 30 November."""

    class Meta:
        model = ImportantDate

    client = factory.SubFactory(ClientFactory)
    kind = "birthday"
    whose = "spouse"
    month = 11
    day = 30


class LifeEventFactory(DjangoModelFactory):
    """A daughter who goes to school abroad."""

    class Meta:
        model = LifeEvent

    client = factory.SubFactory(ClientFactory)
    kind = "study"
    whose = "child"
    happens_on = date(2027, 2, 1)
    note = "School in Sydney"


class RelativeFactory(DjangoModelFactory):
    """A daughter who is not a client."""

    class Meta:
        model = Relative

    client = factory.SubFactory(ClientFactory)
    relation = "child"
    purpose = "School fees"


class OutsideHoldingFactory(DjangoModelFactory):
    """A deposit at another bank."""

    class Meta:
        model = OutsideHolding

    client = factory.SubFactory(ClientFactory)
    what = "Deposit elsewhere"
    told_on = date(2026, 10, 20)
    purpose = "Portfolio review"


class ConsentFactory(DjangoModelFactory):
    """Offers by any way, on a signed form."""

    class Meta:
        model = Consent

    client = factory.SubFactory(ClientFactory)
    purpose = "marketing"
    given_on = date(2026, 9, 1)
    evidence = "Form 2026-118"
