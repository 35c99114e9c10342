"""The administration with something in every table, and its pages."""

import pytest
from django.contrib import admin
from django.urls import reverse

from clients.followups.models import ContactStandard, Programme, TriggerRule
from crm.models import BankSetting, CalendarDay
from managers.audit.actions import record
from managers.models import Associate, OpeningHours
from tests.factories import (
    AbsenceFactory,
    BenefitFactory,
    DisclosureFactory,
    EligibilityFactory,
    LetterFactory,
    LicenceFactory,
    RoomFactory,
    SpokenLanguageFactory,
)

WRITTEN_ELSEWHERE = ["auditevent", "letter", "triggerrule"]  # no form here makes a new one


@pytest.fixture
def a_row_of_each(rm, now):
    """One row in every table of the administration; the cast stands in the others."""
    AbsenceFactory(staff=rm)
    EligibilityFactory(staff=rm)
    LicenceFactory(staff=rm)
    SpokenLanguageFactory(staff=rm)
    RoomFactory(unit=rm.current_unit)
    Associate.objects.create(name="许文", kind="insurance", employer="人寿", unit=rm.current_unit)
    BankSetting.objects.create(key="lookup.rows", valid_from="2026-11-01", value=5)
    CalendarDay.objects.create(date="2027-01-04", name="元旦", is_workday=False)
    LetterFactory(recipient=rm)
    DisclosureFactory()
    BenefitFactory()
    dated = {"valid_from": "2026-12-01", "channels": ["call"]}
    ContactStandard.objects.create(tier="gold", gap_days=60, **dated)
    TriggerRule.objects.create(
        code="large-movement", trigger="large_movement", valid_from="2026-12-01"
    )
    Programme.objects.create(
        code="care",
        name="Care",
        steps=[{"day": 0, "channel": "call", "purpose": ""}],
        valid_from="2026-12-01",
    )
    OpeningHours.objects.create(unit=rm.current_unit, valid_from="2026-12-01", days=[1, 2, 3])
    record("staff.hired", rm, by=rm, at=now)


def listing(model) -> str:
    """The address of a table."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def adding(model) -> str:
    """The address of the form for a new row."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def changing(row) -> str:
    """The address of a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def pages() -> list[str]:
    """The list, the form of a new row and the page of one row, of every table."""
    found = []
    for model in admin.site._registry:
        found += [listing(model), changing(model._default_manager.order_by("pk")[0])]
        if model._meta.model_name not in WRITTEN_ELSEWHERE:
            found.append(adding(model))
    return found
