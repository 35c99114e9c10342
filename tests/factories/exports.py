"""Files that leave the product."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from clients.models import Export
from crm.lib.packing import pack
from tests.factories.people import OrgUnitFactory, StaffFactory

_MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class ExportFactory(DjangoModelFactory):
    """A client list that is ready."""

    class Meta:
        model = Export

    kind = "clients"
    format = "csv"
    unit = factory.SubFactory(OrgUnitFactory)
    reason = "For the quarterly review"
    rows = 3
    state = "ready"
    asked_by = factory.SubFactory(StaffFactory)
    asked_at = _MONDAY
    expires_at = _MONDAY + timedelta(hours=24)
    body = pack(b"content")
