"""The form by which head office sets a competition up, and its way to the rules."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput
from managers.competition import actions
from managers.competition.divisions import Division
from managers.competition.faults import BANDS, TIE_BREAKERS
from managers.competition.forms import UnitChoices
from managers.competition.metrics import DEDUCTIONS, EARNING, Metric
from managers.competition.rulebook import Goal, Rulebook
from managers.people.ladder import Grade
from managers.people.models import RM_POSTS, OrgUnit, Post, UnitKind

_DIGITS = {"max_digits": 15, "decimal_places": 2, "min_value": Decimal(0), "required": False}
RANKS = 5  # places with a prize of their own
MILESTONES = 3
TIES = {
    "deductions": _("Smaller deduction"),
    Metric.AUM_GROWTH.value: _("Higher net growth of assets"),
    Metric.CSAT.value: _("Higher satisfaction"),
}


STEPS = {
    "period": _("Period and branches"),
    "people": _("Who takes part"),
    "metrics": _("Metrics and targets"),
    "deductions": _("Deductions and gates"),
    "prizes": _("Ties and prizes"),
    "look": _("Preview"),
}
_PLACES = {  # where a fault of the rules is told, if its part is no field; else above the form
    "deductions": f"cost-{DEDUCTIONS[0]}",
    "gates": "contacts",
    "ties": "tie-1",
    "ranks": "rank-1",
    "milestones": "score-1",
}
_FIELDS = {  # by step, as their names begin; whatever is left belongs to the metrics
    "period": ("name", "first", "last", "units"),
    "people": ("bands", "tenure", "presence", "team", "hides_lower_half"),
    "deductions": ("cost-", "deduction_cap", "contacts", "barring"),
    "prizes": ("tie-", "pool", "winners", "rank-", "score-", "prize-"),
}


class SetUpForm(forms.Form):
    """One step of setting a competition up; what other steps ask for stays as it was.

    The fields of metrics are named POST-METRIC-weight.
    """

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    units = UnitChoices(
        label=_("Units that take part"),
        queryset=OrgUnit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
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
    bands = forms.MultipleChoiceField(
        label=_("Grades that take part"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None means all."),
    )
    tenure = forms.IntegerField(
        label=_("Months at the bank on the first day, at least"),
        min_value=0,
        max_value=600,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rules: Rulebook, step: str, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = (UnitKind.BRANCH, UnitKind.OUTLET)
        self.fields["units"].queryset = OrgUnit.objects.filter(kind__in=kinds).order_by("path")
        self.rules = rules
        self.fields["bands"].choices = [(b, Division(RM_POSTS[0], b).grades) for b in BANDS]
        for n in range(1, len(TIE_BREAKERS) + 1):
            self.fields[f"tie-{n}"] = forms.ChoiceField(
                label=_("Tie rule %(n)d") % {"n": n},
                choices=[("", _("The place is shared")), *TIES.items()],
                required=False,
            )
        for name, label, _value in _numbers(rules):
            self.fields[name] = forms.DecimalField(label=label, **_DIGITS)
        for grade in Grade:
            self.fields[f"grade-{grade}"] = forms.IntegerField(
                label=grade.label, min_value=1, max_value=1000
            )
        self.initial = self._kept = _initial(rules) | self.initial
        for name in list(self.fields):
            if name != "version" and _step_of(name) != step:
                del self.fields[name]

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

    @property
    def ties(self) -> list:
        """What breaks a tie, in order."""
        return [self[f"tie-{n}"] for n in range(1, len(TIE_BREAKERS) + 1)]

    @property
    def ranks(self) -> list:
        """The prizes of the places."""
        return [self[f"rank-{n}"] for n in range(1, RANKS + 1)]

    @property
    def milestones(self) -> list[tuple]:
        """(score, prize) of each milestone."""
        return [(self[f"score-{n}"], self[f"prize-{n}"]) for n in range(1, MILESTONES + 1)]

    def clean(self):
        """A milestone is a score and its prize: one without the other is told."""
        for n in range(1, MILESTONES + 1):
            names = f"score-{n}", f"prize-{n}"
            empty = [name for name in names if not self.cleaned_data.get(name)]
            if names[0] in self.fields and len(empty) == 1 and empty[0] not in self.errors:
                self.add_error(empty[0], _("A milestone has a score and a prize."))

    def rulebook(self) -> Rulebook | None:
        """The rules as they were typed; None with everything that is wrong beside the form."""
        if not self.is_valid():
            return None
        try:
            return _rulebook(self._kept | self.cleaned_data, self.rules)
        except RuleBroken as broken:
            for part, sentence in broken.fields.items():
                place = _PLACES.get(part, part)
                self.add_error(place if place in self.fields else None, sentence)
            return None

    def save(self, competition=None, *, by, at):
        """The draft, new or changed; None with the reason beside the form."""
        rules = self.rulebook()
        if rules is None:
            return None
        typed = self._kept | self.cleaned_data
        told = {name: typed[name] for name in _FIELDS["period"]}
        try:
            if competition is None:
                return actions.draft(**told, rulebook=rules, by=by, at=at)
            seen = self.cleaned_data["version"]
            return actions.redraft(competition, **told, rulebook=rules, version=seen, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


def _step_of(name: str) -> str:
    return next((step for step, starts in _FIELDS.items() if name.startswith(starts)), "metrics")


def _numbers(rules: Rulebook):
    """(field, label, value) of every number that hangs on a metric, a place or a milestone."""
    for post in RM_POSTS:
        known = {goal.metric: goal for goal in rules.goals.get(post, ())}
        for metric in EARNING:
            goal = known.get(metric)
            told = {"post": Post(post).label, "metric": metric.label}
            weight, target = _("%(post)s, %(metric)s: weight"), _("%(post)s, %(metric)s: target")
            yield f"{post}-{metric}-weight", weight % told, goal and goal.weight
            yield f"{post}-{metric}-target", target % told, goal and goal.target
    for metric in DEDUCTIONS:
        yield f"cost-{metric}", metric.label, rules.deductions.get(metric)
    for n in range(1, RANKS + 1):
        label = _("Place %(n)d, CNY") % {"n": n}
        yield f"rank-{n}", label, rules.ranks[n - 1] if n <= len(rules.ranks) else None
    for n in range(1, MILESTONES + 1):
        least, won = rules.milestones[n - 1] if n <= len(rules.milestones) else (None, None)
        yield f"score-{n}", _("Milestone %(n)d, from so many points") % {"n": n}, least
        yield f"prize-{n}", _("Milestone %(n)d, prize in CNY") % {"n": n}, won


def _initial(rules: Rulebook) -> dict:
    plain = ("pool", "winners", "cap", "floor", "deduction_cap", "presence", "team")
    return {
        **{name: getattr(rules, name) for name in plain},
        "contacts": rules.gates.get(Metric.CONTACT),
        "barring": rules.barring,
        "bands": rules.bands,
        "tenure": rules.tenure,
        **{f"tie-{n}": "" for n in range(1, len(TIE_BREAKERS) + 1)},
        **{f"tie-{n}": name for n, name in enumerate(rules.ties, 1)},
        **{name: value for name, _label, value in _numbers(rules)},
        **{f"grade-{grade}": rules.grades[grade] for grade in Grade},
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
        grades={grade.value: typed[f"grade-{grade}"] for grade in Grade},
        deductions={m.value: typed[f"cost-{m}"] for m in DEDUCTIONS if typed[f"cost-{m}"]},
        cap=typed["cap"] if typed["cap"] is not None else before.cap,
        floor=typed["floor"] or zero,
        deduction_cap=typed["deduction_cap"] or zero,
        ties=tuple(name for name in _numbered(typed, "tie", len(TIE_BREAKERS)) if name),
        presence=typed["presence"],
        team=typed["team"],
        gates={Metric.CONTACT.value: typed["contacts"]} if typed["contacts"] else {},
        barring=tuple(typed["barring"]),
        pool=typed["pool"] or zero,
        winners=typed["winners"],
        hides_lower_half=typed["hides_lower_half"],
        bands=tuple(typed["bands"]),
        tenure=typed["tenure"] or 0,
        ranks=_until_nothing(_numbered(typed, "rank", RANKS)),
        milestones=tuple(
            (least, won)
            for least, won in zip(
                _numbered(typed, "score", MILESTONES),
                _numbered(typed, "prize", MILESTONES),
                strict=True,
            )
            if least and won
        ),
    )


def _numbered(typed: dict, name: str, most: int) -> list:
    return [typed[f"{name}-{n}"] for n in range(1, most + 1)]


def _until_nothing(amounts: list) -> tuple[Decimal, ...]:
    """The prizes up to the last place that has one; a gap before it is nothing."""
    last = max((n for n, amount in enumerate(amounts, 1) if amount), default=0)
    return tuple(amount or Decimal(0) for amount in amounts[:last])
