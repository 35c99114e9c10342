"""Tags and saved views."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from clients.models import SavedView, Tag, Tagging
from tests.factories.people import StaffFactory

_AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


class TagFactory(DjangoModelFactory):
    """A tag of one's own; on `clients` where some are given."""

    class Meta:
        model = Tag
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Tag {n}")
    owner = factory.SubFactory(StaffFactory)

    @factory.post_generation
    def clients(self, create, extracted, **kwargs):
        """Put it on these clients."""
        for client in extracted or ():
            Tagging.objects.create(tag=self, client=client, tagged_by=self.owner, tagged_at=_AT)


class SavedViewFactory(DjangoModelFactory):
    """Private clients, under a name of one's own."""

    class Meta:
        model = SavedView

    name = factory.Sequence(lambda n: f"View {n}")
    owner = factory.SubFactory(StaffFactory)
    query = "tier=private"
