"""`manage.py demo`: the same bank for the same seed, and only on empty ground."""

import pytest
from django.core.management import CommandError, call_command

from clients.models import (
    BenefitGrant,
    Client,
    FollowUp,
    ImportantDate,
    Preferences,
    RiskAssessment,
)
from managers.models import PointEntry, Staff
from tests.factories import OrgUnitFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def load(settings, tmp_path):
    """Loads a small demo bank."""
    settings.VAR = tmp_path

    def into(seed=7, clients=200):
        call_command("demo", clients=clients, seed=seed, verbosity=0)

    return into


def portrait() -> list:
    """What makes one demo bank differ from another; sealed values differ in every run."""
    clients = Client.objects.order_by("number").values_list(
        "number", "name", "tier", "state", "aum", "owner__employee_no", "phone_index"
    )
    return [
        *clients,
        *FollowUp.objects.order_by("pk").values_list("client__number", "due_at", "state"),
        *PointEntry.objects.order_by("pk").values_list("staff__employee_no", "day", "amount"),
        *RiskAssessment.objects.order_by("pk").values_list("client__number", "level"),
        *BenefitGrant.objects.order_by("pk").values_list("client__number", "quota", "used"),
        *Preferences.objects.order_by("pk").values_list("client__number", "avoid"),
        *ImportantDate.objects.order_by("pk").values_list("client__number", "month", "day"),
    ]


@pytest.mark.django_db(transaction=True)  # it empties the tables in between
def test_the_same_seed_gives_the_same_bank_and_another_seed_another(load):
    load(seed=7)
    first = portrait()
    call_command("flush", interactive=False, verbosity=0)
    load(seed=7)
    again = portrait()
    call_command("flush", interactive=False, verbosity=0)
    load(seed=8)

    assert first == again != portrait()


def test_it_refuses_a_database_that_holds_other_data(load):
    OrgUnitFactory()

    with pytest.raises(CommandError, match="holds data already"):
        load()

    assert not Staff.objects.exists()
