"""What head office sets up, and what a participant holds against a score."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from crm import words
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput
from managers.competition import actions
from managers.competition.divisions import Division
from managers.competition.metrics import DEDUCTIONS, EARNING, Metric
from managers.competition.rulebook import Goal, Rulebook
from managers.people.ladder import Grade
from managers.people.models import RM_POSTS, OrgUnit, Post, Staff, UnitKind

_DIGITS = {"max_digits": 15, "decimal_places": 2, "min_value": Decimal(0), "required": False}


class UnitChoices(forms.ModelMultipleChoiceField):
    """Units by the name that the page's language has for them."""

    def label_from_instance(self, unit):
        return words.unit_name(unit)


class UnitChoice(forms.ModelChoiceField):
    """One unit by the name that the page's language has for it."""

    def label_from_instance(self, unit):
        return words.unit_name(unit)


class SetUpForm(forms.Form):
    """A competition with all its rules; the fields of metrics are named POST-METRIC-weight."""

    name = forms.CharField(label=_("Name"), max_length=80)
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    units = UnitChoices(
        label=_("Units that take part"),
        queryset=OrgUnit.objects.none(),
        required=False,
        help_text=_("With all below them; none means the whole bank."),
    )
    pool = forms.DecimalField(label=_("Prizes of each division, CNY"), **_DIGITS)
    winners = forms.IntegerField(label=_("Places that win"), min_value=1, max_value=100)
    cap = forms.DecimalField(label=_("A metric counts up to so many times its target"), **_DIGITS)
    floor = forms.DecimalField(label=_("Least score"), **_DIGITS)
    deduction_cap = forms.DecimalField(label=_("Most points that deductions cost"), **_DIGITS)
    presence = forms.IntegerField(
        label=_("Days of the period for a place, percent"), min_value=0, max_value=100
    )
    team = forms.IntegerField(label=_("Ranked people of a team, at least"), min_value=1)
    contacts = forms.DecimalField(
        label=_("Valid contacts without which no prize is won"), **_DIGITS
    )
    barring = forms.MultipleChoiceField(
        label=_("Costs the prize"),
        choices=[(metric.value, metric.label) for metric in DEDUCTIONS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hides_lower_half = forms.BooleanField(
        label=_("Colleagues see the upper half only"), required=False
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rules: Rulebook, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = (UnitKind.BRANCH, UnitKind.OUTLET)
        self.fields["units"].queryset = OrgUnit.objects.filter(kind__in=kinds).order_by("path")
        self.rules = rules
        for name, label, value in _numbers(rules):
            self.fields[name] = forms.DecimalField(label=label, initial=value, **_DIGITS)
        if not self.is_bound:
            self.initial = _initial(rules) | self.initial

    @property
    def goals(self) -> list[tuple]:
        """(post, [(metric, weight, target)]) for the page."""
        return [
            (
                Post(post).label,
                [
                    (metric.label, self[f"{post}-{metric}-weight"], self[f"{post}-{metric}-target"])
                    for metric in EARNING
                ],
            )
            for post in RM_POSTS
        ]

    @property
    def grades(self) -> list:
        """The percentages of the grades."""
        return [self[f"grade-{grade}"] for grade in Grade]

    @property
    def costs(self) -> list:
        """The points of the deductions."""
        return [self[f"cost-{metric}"] for metric in DEDUCTIONS]

    def rulebook(self) -> Rulebook | None:
        """The rules as they were typed; None with the reason beside the form."""
        if not self.is_valid():
            return None
        try:
            return _rulebook(self.cleaned_data, self.rules)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None

    def save(self, competition=None, *, by, at):
        """The draft, new or changed; None with the reason beside the form."""
        rules = self.rulebook()
        if rules is None:
            return None
        told = {name: self.cleaned_data[name] for name in ("name", "first", "last", "units")}
        try:
            if competition is None:
                return actions.draft(**told, rulebook=rules, by=by, at=at)
            seen = self.cleaned_data["version"]
            return actions.redraft(competition, **told, rulebook=rules, version=seen, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


def _numbers(rules: Rulebook):
    """(field, label, value) of every number that hangs on a metric or a grade."""
    for post in RM_POSTS:
        known = {goal.metric: goal for goal in rules.goals.get(post, ())}
        for metric in EARNING:
            goal = known.get(metric)
            yield f"{post}-{metric}-weight", _("Weight"), goal and goal.weight
            yield f"{post}-{metric}-target", _("Target"), goal and goal.target
    for grade in Grade:
        yield f"grade-{grade}", grade.label, rules.grades[grade]
    for metric in DEDUCTIONS:
        yield f"cost-{metric}", metric.label, rules.deductions.get(metric)


def _initial(rules: Rulebook) -> dict:
    plain = ("pool", "winners", "cap", "floor", "deduction_cap", "presence", "team")
    return {
        **{name: getattr(rules, name) for name in plain},
        "contacts": rules.gates.get(Metric.CONTACT),
        "barring": rules.barring,
        "hides_lower_half": rules.hides_lower_half,
    }


def _rulebook(typed: dict, before: Rulebook) -> Rulebook:
    goals = {}
    for post in RM_POSTS:
        found = []
        for metric in EARNING:
            weight, target = (typed[f"{post}-{metric}-{part}"] for part in ("weight", "target"))
            if weight:
                found.append(Goal(metric.value, weight, target or Decimal(0)))
        if found:
            goals[str(post)] = tuple(found)
    zero = Decimal(0)
    return Rulebook(
        goals=goals,
        grades={grade.value: int(typed[f"grade-{grade}"] or 100) for grade in Grade},
        deductions={m.value: typed[f"cost-{m}"] for m in DEDUCTIONS if typed[f"cost-{m}"]},
        cap=typed["cap"] if typed["cap"] is not None else before.cap,
        floor=typed["floor"] or zero,
        deduction_cap=typed["deduction_cap"] or zero,
        ties=before.ties,
        presence=typed["presence"],
        team=typed["team"],
        gates={Metric.CONTACT.value: typed["contacts"]} if typed["contacts"] else {},
        barring=tuple(typed["barring"]),
        pool=typed["pool"] or zero,
        winners=typed["winners"],
        hides_lower_half=typed["hides_lower_half"],
    )


def quarter(day: date) -> tuple[date, date]:
    """First and last day of the quarter of a day."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)


class AppealForm(forms.Form):
    """What is wrong with a metric of the own score, and what shows it."""

    metric = forms.ChoiceField(label=_("Metric"))
    reason = forms.CharField(label=_("What is wrong"), max_length=500, widget=forms.Textarea)
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=500,
        help_text=_("Numbers of records or documents; no names or numbers of clients."),
    )

    def __init__(self, *args, metrics, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["metric"].choices = [(code, Metric(code).label) for code in metrics]

    def save(self, competition, *, by, at):
        """The appeal; None with the reason beside the form."""
        try:
            return actions.appeal(competition, **self.cleaned_data, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class DecisionForm(forms.Form):
    """The answer to an appeal, and the amount to correct."""

    answer = forms.CharField(label=_("Answer"), max_length=500)
    amount = forms.DecimalField(
        label=_("Correction of the metric"),
        max_digits=15,
        decimal_places=2,
        required=False,
        help_text=_("What is added; negative to take away. Only if you agree."),
    )


class DisplayForm(forms.Form):
    """Where a screen hangs, and what it shows."""

    division = forms.ChoiceField(label=_("Division"))
    unit = UnitChoice(
        label=_("Outlet where it hangs"),
        queryset=OrgUnit.objects.none(),
        required=False,
        help_text=_("Its people stand out; none on a screen of head office."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Staff.Language.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = OrgUnit.objects.filter(kind=UnitKind.OUTLET).order_by("path")
        divisions = Division.all(RM_POSTS)
        self.fields["division"].choices = [(one.code, str(one)) for one in divisions]

    def save(self, *, by, at):
        """The screen."""
        told = self.cleaned_data | {"division": Division.by_code(self.cleaned_data["division"])}
        return actions.open_display(**told, by=by, at=at)
