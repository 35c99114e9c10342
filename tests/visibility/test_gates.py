"""Proof that the matrix bites: without any one gate it finds somebody who gets too far.

The gates are found in the modules themselves: a new one needs its line here.
"""

import inspect
import sys

import pytest
from django.db.models import QuerySet

from managers.people import scope
from tests.visibility.faults import faults
from tests.visibility.gates import GATES
from tests.visibility.table import addresses, read
from tests.visibility.walk import ask

pytestmark = [pytest.mark.once, pytest.mark.django_db]
_GATES = ("may_", "visible_", "lookup", "within_reach")  # begin the name of a function


def breaches(stage, row):
    """Cells in which the answer is not what the matrix says, or holds too much, one by one."""
    for cell, sign in row.cells.items():
        answer = ask(stage, row, *cell)
        if not row.expects(sign, answer) or faults(row, answer, stage.known[cell[0]]):
            yield cell


def gates() -> set[tuple[str, str]]:
    """Where the product says who may: each `visible_…`, `may_…` and look-up, by its home."""
    addresses()  # reads every module that a page or the API has
    found = {(scope.__name__, name) for name in ("units", "may", "require")}
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] in {"api", "clients", "managers", "crm"}:
            found |= {(name, gate) for gate in _gates_of(module)}
    return found


def _gates_of(module):
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", "") != module.__name__:
            continue  # it lives elsewhere
        if inspect.isfunction(thing) and name.startswith(_GATES):
            yield name
        elif inspect.isclass(thing) and issubclass(thing, QuerySet) and "visible_to" in vars(thing):
            yield f"{name}.visible_to"


def _named(place, gate) -> tuple[str, str]:
    if inspect.isclass(place):
        return place.__module__, f"{place.__name__}.{gate}"
    return getattr(place, gate).__module__, gate


def replace(monkeypatch, place, gate, opened):
    """Open a gate wherever it was imported to."""
    closed = getattr(place, gate)
    monkeypatch.setattr(place, gate, opened)
    for name, module in [*sys.modules.items()]:
        is_ours = name.partition(".")[0] in {"api", "clients", "managers", "crm"}
        if is_ours and vars(module).get(gate) is closed:
            monkeypatch.setattr(module, gate, opened)


def test_every_gate_has_its_line():
    opened = {_named(place, gate) for place, gate, *_rest in GATES}

    assert gates() - opened == set()


@pytest.mark.parametrize(("place", "gate", "opened", "way"), GATES)
def test_without_a_gate_the_matrix_finds_a_breach(stage, monkeypatch, place, gate, opened, way):
    if callable(way):
        assert not way(stage)
    replace(monkeypatch, place, gate, opened)

    if callable(way):
        assert way(stage)
    else:
        [row] = [row for row in read() if str(row) == way]
        assert next(breaches(stage, row), None) is not None
