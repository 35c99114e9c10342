"""The database itself refuses to change the rules of a competition that has begun (rules H6)."""

from datetime import date
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from managers.competition.rulebook import usual
from managers.models import Competition
from tests.factories import CompetitionFactory

pytestmark = pytest.mark.django_db
guards = import_module("managers.migrations.0018_rules_stand")
CHANGES = (
    {"rules": usual().dump() | {"cap": "9.00"}},
    {"first": date(2026, 9, 30)},
    {"last": date(2027, 1, 1)},
    {"name": "Another"},
    {"state": "draft"},
)


def refused():
    return pytest.raises(IntegrityError, match="never change once it runs")


def row(competition):
    return Competition.objects.filter(pk=competition.pk)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("state", ["running", "appeal", "paid", "cancelled"])
def test_what_has_begun_keeps_its_rules(db, state, change):
    begun = CompetitionFactory(state="running", cutoff=0, digest="0" * 64)
    row(begun).update(state=state)

    with refused(), transaction.atomic():
        row(begun).update(**change)

    begun.refresh_from_db()
    assert begun.state == state


def test_what_has_begun_keeps_its_units_and_its_row(outlet, other_outlet):
    begun = CompetitionFactory(state="draft")
    begun.units.add(outlet)
    row(begun).update(state="running")
    links = Competition.units.through.objects.filter(competition=begun)

    for change in (
        lambda: begun.units.add(other_outlet),
        lambda: begun.units.clear(),
        lambda: links.update(orgunit=other_outlet),
        lambda: links.update(competition=CompetitionFactory(state="draft")),
        lambda: row(begun)._raw_delete(using="default"),
    ):
        with refused(), transaction.atomic():
            change()

    assert [*begun.units.all()] == [outlet]


def test_a_draft_changes_and_goes(outlet):
    draft = CompetitionFactory(state="draft")

    for change in CHANGES:
        row(draft).update(**change)
    draft.units.set([outlet])
    draft.units.clear()
    draft.delete()

    assert not Competition.objects.exists()


def test_a_life_goes_on(db):
    begun = CompetitionFactory(state="running")

    row(begun).update(state="frozen", cutoff=0, digest="0" * 64, version=2, reason="As told")

    begun.refresh_from_db()
    begun.save()
    assert begun.is_final


def test_the_migration_goes_back_and_forth(db):
    begun = CompetitionFactory(state="running")

    guards.lift(connection)
    row(begun).update(name="Another")
    guards.install(connection)

    with refused(), transaction.atomic():
        row(begun).update(name="A third")
