"""Competitions, running through the quarter of the tests' Monday, and appeals."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from managers.models import Appeal, Competition, Display, Step
from tests.factories.people import StaffFactory
from tests.managers.examples import RULES

_STATES = ("draft", "running", "closed", "provisional", "appeal", "frozen", "paid")


class CompetitionFactory(DjangoModelFactory):
    """The quarter's competition of the whole bank, running.

    A stranger brought it into each state up to its own; into the last one on 2026-11-09, unless
    `steps__at` says otherwise.
    """

    class Meta:
        model = Competition
        skip_postgeneration_save = True

    name = "Q4 2026"
    first = date(2026, 10, 1)
    last = date(2026, 12, 31)
    rules = factory.LazyFunction(RULES.dump)
    state = "running"
    cutoff = factory.Maybe("is_final", 0, None)
    digest = factory.Maybe("is_final", "0" * 64, "")

    class Params:
        is_final = factory.LazyAttribute(lambda one: one.state in ("frozen", "paid"))
        # A quarter that is over, so that the steps after the last day can be taken.
        is_over = factory.Trait(name="Q3 2026", first=date(2026, 7, 1), last=date(2026, 9, 30))

    @factory.post_generation
    def steps(self, create, extracted, at=datetime(2026, 11, 9, 1, 0, tzinfo=UTC), **kwargs):
        """Who brought it here."""
        path = _STATES[: _STATES.index(self.state) + 1]
        for before, state in enumerate(reversed(path)):
            moment = at - timedelta(days=before)
            Step.objects.create(competition=self, state=state, by=StaffFactory(), at=moment)


def set_up_form(**changes) -> dict:
    """What the steps of a set-up send: the rules of the examples, for the first quarter."""
    typed = {"name": "Q1 2027", "first": "2027-01-01", "last": "2027-03-31", "winners": 3}
    typed |= {"pool": "30000.00", "cap": "1.50", "floor": "0", "deduction_cap": "20"}
    typed |= {"presence": 30, "team": 3}
    typed |= {f"tie-{n}": name for n, name in enumerate(RULES.ties, 1)}
    for post, goals in RULES.goals.items():
        for goal in goals:
            typed[f"{post}-{goal.metric}-weight"] = str(goal.weight)
            typed[f"{post}-{goal.metric}-target"] = str(goal.target)
    typed |= {f"grade-{grade}": percent for grade, percent in RULES.grades.items()}
    typed |= {f"cost-{metric}": str(points) for metric, points in RULES.deductions.items()}
    return typed | changes


class AppealFactory(DjangoModelFactory):
    """A contact that was not counted."""

    class Meta:
        model = Appeal

    competition = factory.SubFactory(CompetitionFactory, is_over=True, state="appeal")
    staff = factory.SubFactory(StaffFactory)
    metric = "contact"
    reason = "The visit of 9 September is missing"
    evidence = "Visit log 2026-09-09"
    made_at = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


class DisplayFactory(DjangoModelFactory):
    """A screen in English for the wealth RMs of the middle grades."""

    class Meta:
        model = Display

    unit = None
    division = "wealth_rm.middle"
    language = "en"
    made_by = factory.SubFactory(StaffFactory)
    made_at = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
