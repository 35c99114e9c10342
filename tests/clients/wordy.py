"""A prospect of whom everything that can be said has been said, and the search for it."""

import json

from django.apps import apps
from django.db import models

from clients.book.actions import edit
from clients.book.details import sealed_columns
from clients.book.models import Household, Member
from clients.intake.models import ImportFile, ImportRun
from crm.lib.secrets import Sealed
from tests.factories import (
    AssessmentFactory,
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    ImportantDateFactory,
    LifeEventFactory,
    OutsideHoldingFactory,
    PreferencesFactory,
    ReferralFactory,
    RelativeFactory,
    ReviewFactory,
)
from tests.factories.lists import SavedViewFactory

NAME, PHONE, IDENTITY = "欧阳寒霜", "16187654321", "110101197001010040"
CANARIES = (NAME, "ouyang hanshuang", "ouyanghanshuang", PHONE, IDENTITY, "Canary")


def build(rm, lobby, marketing, now):
    """A prospect of whom everything that can be said has been said."""
    details = sealed_columns(
        phone=PHONE, identity_no=IDENTITY, email="canary@mail.example", address="Canary Lane 7"
    )
    client = ClientFactory(
        owner=rm,
        name=NAME,
        state="prospect",
        aum=0,
        number="P7",
        profile={"city": "Canary"},
        birth_date="1970-01-01",
        **details,
    )
    said = {"client": client}
    ContactFactory(
        **said, staff=rm, notes=f"{NAME} likes tea", next_step="Canary", source_key="Canary"
    )
    FollowUpFactory(**said, owner=rm, purpose=f"Call {NAME}")
    FollowUpFactory(**said, owner=rm, trigger="callback", state="cancelled", cancel_reason="Canary")
    ReferralFactory(**said, referrer=lobby, target=rm, note="Canary")
    HandoverFactory(**said, from_staff=marketing, to_staff=rm, file={"needs": f"A house, {NAME}"})
    ReviewFactory(**said, goals="Canary")
    AssessmentFactory(**said, paper="Canary-1")
    RelativeFactory(**said, name=NAME, note="Canary")
    OutsideHoldingFactory(**said, what="Canary bonds")
    LifeEventFactory(**said, note="Canary")
    ImportantDateFactory(**said, label="Canary")
    PreferencesFactory(**said, topics="Canary")
    ConsentFactory(**said, evidence="Canary")
    client.ownerships.update(reason="Canary")
    home = Household.objects.create(source_key="home-7")
    Member.objects.create(household=home, client=client, relation="holder")
    SavedViewFactory(owner=rm, query="search=%E6%AC%A7%E9%98%B3%E5%AF%92%E9%9C%9C")
    run = ImportRun.objects.create(kind="clients", state="mapped", created_by=rm, created_at=now)
    ImportFile.of(run, "a.csv", f"N1,{NAME}\n".encode("gb18030")).save()
    edit(client, version=client.version, by=rm, at=now, phone="16112349999")
    client.refresh_from_db()
    edit(client, version=client.version, by=rm, at=now, phone=PHONE)
    return client


def texts():
    """Every text of every table, as a dump of the database shows it."""
    for model in apps.get_models():
        fields = [f for f in model._meta.concrete_fields if _is_text(f)]
        for row in model._base_manager.values_list(*(f.attname for f in fields)) if fields else ():
            yield from ((model._meta.label, str(_plain(value))) for value in row)


def _is_text(field):
    return isinstance(field, (models.CharField, models.TextField, models.JSONField))


def _plain(value):
    if isinstance(value, Sealed):
        return value.token
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def traces():
    return {(table, one) for table, text in texts() for one in CANARIES if one in text}
