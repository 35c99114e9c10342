"""What a head, head office and the person type about an assessment."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput
from managers.grades import actions, criteria, rules, words
from managers.grades.models import Cycle
from managers.grades.proposing import Thresholds
from managers.people.ladder import STEPS, Grade
from managers.people.models import Staff

MOST_PERCENT = 500  # of what a criterion asks, in a trial


def _place(text: str) -> tuple[str, int]:
    grade, _dot, step = text.partition(".")
    return Grade(grade).value, int(step)


def _places() -> list[tuple[str, str]]:
    """Asked anew for each page: the words are in its language."""
    places = [(grade, step) for grade, steps in STEPS.items() for step in range(1, steps + 1)]
    return _choices(places)


def _choices(places) -> list[tuple[str, str]]:
    return [(f"{grade}.{step}", words.place(grade, step)) for grade, step in places]


class PlaceField(forms.TypedChoiceField):
    """A grade with its step, one choice for each of the forty places."""

    def __init__(self, **options):
        super().__init__(
            coerce=_place, label=pgettext_lazy("ladder", "Place"), choices=_places, **options
        )


class _ActForm(forms.Form):
    """An act on an assessment; `save` does it, or puts the refusal beside its field."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    act = None

    def __init__(self, *args, assessment=None, **kwargs):
        super().__init__(*args, **kwargs)
        if assessment and "place" in self.fields:
            self.fields["place"].choices = _choices(rules.open_places(assessment))

    def save(self, assessment, *, by, at):
        """The changed assessment, or None after a refusal."""
        try:
            return self.__class__.act(assessment, **self.told(), by=by, at=at)
        except RuleBroken as broken:
            places = {"to_grade": "place", "to_step": "place", "grade": "place"}
            broken.fields = {places.get(name, name): said for name, said in broken.fields.items()}
            add_refusal(self, broken)
            return None

    def told(self) -> dict:
        """What was typed, as the action names it."""
        told = dict(self.cleaned_data)
        if "place" in told:
            told["to_grade"], told["to_step"] = told.pop("place")
        return told


def _note(label, *, required=False):
    return forms.CharField(
        label=label, max_length=500, required=required, widget=forms.Textarea({"rows": 3})
    )


class OpinionForm(_ActForm):
    """What the head thinks."""

    act = actions.advise
    place = PlaceField()
    opinion = _note(_("Opinion; needed where you propose another place"))


class TakeBackForm(_ActForm):
    """A lower place outside the cycles."""

    place = PlaceField()
    opinion = _note(_("What was proved, and where it is filed"), required=True)
    person = forms.ModelChoiceField(label=_("Person"), queryset=Staff.objects.none())
    field_order = ["person", "place", "opinion"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["place"].choices = [("", "---------"), *_places()]  # no place by oversight

    @staticmethod
    def act(_none, *, person, version, **told):
        """Propose it for the person that was chosen."""
        return actions.take_back_place(person, **told)


class DecisionForm(_ActForm):
    """What head office decides, and from when."""

    act = actions.decide
    place = PlaceField()
    effective_on = forms.DateField(label=_("Takes effect on"), widget=DayInput)
    decision = _note(_("Reason; needed where you decide another place"))


class AppealForm(_ActForm):
    """What the person holds against it."""

    act = actions.appeal
    appeal = _note(_("What is wrong, and what shows it"), required=True)


class AnswerForm(_ActForm):
    """How an appeal is settled."""

    act = actions.answer
    place = PlaceField()
    answer = _note(_("Answer"), required=True)


ACTS = {
    "propose": OpinionForm,
    "decide": DecisionForm,
    "appeal": AppealForm,
    "answer": AnswerForm,
}


class CycleForm(forms.Form):
    """Which period is assessed."""

    kind = forms.ChoiceField(label=_("Period"), choices=Cycle.Kind.choices)
    first = forms.DateField(label=_("First day"), widget=DayInput)

    def save(self, *, by, at) -> Cycle | None:
        """The opened cycle, or None after a refusal."""
        try:
            return actions.open_cycle(**self.cleaned_data, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class TrialForm(forms.Form):
    """Other thresholds for a cycle."""

    up = forms.DecimalField(label=_("Score for a step up"), min_value=1, max_value=150)
    hold = forms.DecimalField(label=_("Score to keep the place"), min_value=0, max_value=150)
    low = forms.IntegerField(label=_("Low quarters that cost a step"), min_value=1, max_value=8)

    def __init__(self, *args, cycle: Cycle, **kwargs):
        super().__init__(*args, **kwargs)
        label = gettext("%(criterion)s: percent of what is asked")
        self.codes = criteria.asked_codes(cycle.rules)
        for code in self.codes:
            told = {"label": label % {"criterion": words.criterion(code)}, "required": False}
            self.fields[code] = forms.IntegerField(min_value=0, max_value=MOST_PERCENT, **told)

    def thresholds(self, cycle: Cycle) -> Thresholds:
        """As typed; the rest as the cycle has it."""
        typed = self.cleaned_data
        kept = Thresholds.of(cycle.rules)
        return Thresholds(typed["up"], typed["hold"], typed["low"], kept.trainee_months)

    def asked(self) -> dict[str, int]:
        """Percent of what each criterion asks, by code."""
        typed = {code: self.cleaned_data[code] for code in self.codes}
        return {code: percent for code, percent in typed.items() if percent is not None}


def initial_of(verb: str, assessment, *, at) -> dict:
    """What a form of an act begins with."""
    place = f"{assessment.to_grade}.{assessment.to_step}"
    told = {"place": place, "version": assessment.version}
    return told | ({"effective_on": rules.usual_day(at)} if verb == "decide" else {})


def trial_of(cycle: Cycle) -> dict:
    """The thresholds of a cycle, to begin a trial with."""
    kept = Thresholds.of(cycle.rules)
    return {
        "up": kept.up.quantize(Decimal(1)),
        "hold": kept.hold.quantize(Decimal(1)),
        "low": kept.low_running,
    } | dict.fromkeys(criteria.asked_codes(cycle.rules), 100)
