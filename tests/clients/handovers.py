"""Handovers in every state."""

from datetime import datetime

import pytest

from clients.book.models import State
from clients.handover import actions
from clients.handover.models import Item
from clients.models import FileReader
from crm import bank
from crm.lib import clock
from crm.models import BankSetting
from tests.factories import ClientFactory

FILE = {item.value: f"About {item.value}" for item in Item}


def rule(key, value):
    """The bank sets a rule; everybody reads it at once."""
    BankSetting.objects.create(key=key, valid_from="2026-11-01", value=value)
    bank.forget()


def end_of(month, day):
    return datetime(2026, month, day, 23, 59, 59, tzinfo=clock.SHANGHAI)


@pytest.fixture
def prospect(marketing):
    """Guo Feng's own prospect."""
    return ClientFactory(owner=marketing, state=State.PROSPECT, name="蒋文")


@pytest.fixture
def drafted(prospect, rm, marketing, now):
    return actions.draft(prospect, to=rm, by=marketing, at=now)


@pytest.fixture
def filled(drafted, marketing, now):
    return actions.save_file(drafted, file=FILE, by=marketing, at=now)


@pytest.fixture
def submitted(filled, marketing, now):
    return actions.submit(filled, by=marketing, at=now)


@pytest.fixture
def accepted(submitted, rm, now):
    return actions.accept(submitted, by=rm, at=now)


def readers(client):
    return [reader.staff for reader in FileReader.objects.filter(client=client)]
