"""What people are told."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from managers.models import Notification
from tests.factories.people import StaffFactory


class NotificationFactory(DjangoModelFactory):
    """An unread one, about a referral that is gone."""

    class Meta:
        model = Notification

    to = factory.SubFactory(StaffFactory)
    kind = "referral-new"
    about_type = "clients.referral"
    about_id = "1"
    key = factory.Sequence(str)
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
