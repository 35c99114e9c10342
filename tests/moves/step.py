"""One step of a story: something happens, and then people ask."""

from functools import wraps

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from crm.lib.errors import RuleBroken
from tests.moves.doors import DOORS

WHO, FILE = st.integers(0, 12), st.integers(0, 7)
PAIRS = st.lists(st.tuples(WHO, FILE), min_size=1, max_size=2)


def move(**drawn):
    """A rule of the machine: something happens, if the bank allows it; then people ask.

    What it returns are (person, file) ids whom it concerns: they ask first.
    """

    def decorate(act):
        @rule(pairs=PAIRS, turn=st.integers(0, len(DOORS)), **drawn)
        @wraps(act)
        def step(self, pairs, turn, **values):
            try:
                with transaction.atomic():
                    concerned = act(self, **values) or []
            except RuleBroken:
                concerned = []  # nothing has happened, and the rules know of nothing
            asking = [(self.people[who].pk, self.files[file].pk) for who, file in pairs]
            for number, pair in enumerate([*concerned, *asking]):
                self.ask(*pair, turn=turn + number)

        return step

    return decorate
