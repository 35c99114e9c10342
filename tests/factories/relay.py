"""Referrals and handovers."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from clients.handover.models import Item
from clients.lobby.models import Source
from clients.models import Handover, Hop, Referral
from crm.lib import clock
from tests.factories.book import ClientFactory
from tests.factories.people import PostingFactory


def _posted(post):
    return lambda: PostingFactory(post=post).staff


class ReferralFactory(DjangoModelFactory):
    """A client on site who asks about investing, referred by a lobby manager."""

    class Meta:
        model = Referral
        skip_postgeneration_save = True

    referrer = factory.LazyFunction(_posted("lobby_manager"))
    target = factory.LazyFunction(_posted("wealth_rm"))
    outlet = factory.LazyAttribute(lambda referral: referral.referrer.current_unit)
    client = factory.LazyAttribute(
        lambda referral: ClientFactory(outlet=referral.outlet, state="referred")
    )
    source = Source.LOBBY_MANAGER
    cues = factory.List(["wealth_enquiry"])
    answer_by = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    asked_at = factory.SelfAttribute("made_at")
    made_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def hop(self, create, extracted, **kwargs):
        """The question that waits for the target."""
        if create and self.state == Referral.State.NEW:
            asked = {"asked": self.target, "asked_at": self.asked_at}
            Hop.objects.create(referral=self, until=self.answer_by, **asked)


class HandoverFactory(DjangoModelFactory):
    """A draft with a complete file."""

    class Meta:
        model = Handover

    from_staff = factory.LazyFunction(_posted("marketing_rm"))
    to_staff = factory.LazyFunction(_posted("wealth_rm"))
    client = factory.LazyAttribute(
        lambda handover: ClientFactory(owner=handover.from_staff, state="prospect")
    )
    file = factory.LazyFunction(lambda: {item.value: f"About {item.value}" for item in Item})
