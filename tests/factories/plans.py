"""Reassignment plans."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from clients.models import PlanApproval, PlannedMove, ReassignmentPlan
from tests.factories.book import ClientFactory
from tests.factories.people import PostingFactory


class PlanFactory(DjangoModelFactory):
    """A draft for somebody who resigns and keeps one client."""

    class Meta:
        model = ReassignmentPlan
        skip_postgeneration_save = True

    from_staff = factory.LazyFunction(lambda: PostingFactory().staff)
    cause = "resignation"
    effective_on = date(2026, 11, 30)
    created_by = factory.SelfAttribute("from_staff")

    @factory.post_generation
    def clients(self, create, extracted, **kwargs):
        """Rows for these clients, or for one of the book, and the outlets that are asked."""
        found = extracted or [ClientFactory(owner=self.from_staff)]
        for client in found:
            PlannedMove.objects.create(plan=self, client=client, was_outlet=client.outlet)
        for outlet in {client.outlet for client in found}:
            PlanApproval.objects.create(plan=self, outlet=outlet, gives=True)
