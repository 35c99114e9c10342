"""What a person says to take rows out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.coverage.queries import MONTHS
from clients.coverage.rules import last_days
from clients.exports import rules
from clients.exports.actions import ask
from clients.exports.models import Export
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput
from managers.people.models import OrgUnit


class AskForm(forms.Form):
    """Which rows of which unit, in which format, and what for."""

    kind = forms.ChoiceField(label=_("What"))
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=OrgUnit.objects.none())
    format = forms.ChoiceField(label=_("Format"), choices=rules.FORMATS, initial="xlsx")
    month = forms.ChoiceField(
        label=_("Month"),
        required=False,
        help_text=_("Of the coverage, as of its last day."),
    )
    first = forms.DateField(label=_("From day"), required=False, widget=DayInput)
    last = forms.DateField(label=_("Until day"), required=False, widget=DayInput)
    reason = forms.CharField(
        label=_("What is it for?"),
        min_length=rules.SHORTEST_REASON,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = rules.kinds_for(person)
        labels = dict(Export.Kind.choices)
        self.fields["kind"].choices = [(kind, labels[kind]) for kind in kinds]
        self.fields["unit"].queryset = rules.units_for(person, kinds[0])
        self.fields["unit"].initial = person.current_unit
        if Export.Kind.COVERAGE in kinds:
            self.fields["month"].choices = _months()
        else:
            del self.fields["month"]
        if Export.Kind.AUDIT not in kinds:
            del self.fields["first"], self.fields["last"]

    def clean(self):
        """The audit is exported by days."""
        given = super().clean()
        if given.get("kind") == Export.Kind.AUDIT:
            for name in ("first", "last"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return given

    def save(self, *, by, at) -> Export | None:
        """Ask; None after a refusal, which then stands in the form."""
        given = {**self.cleaned_data}
        days = {name: given.pop(name, None) for name in ("first", "last")}
        asked = {name: day.isoformat() for name, day in days.items() if day}
        month = given.pop("month", "")
        if month and given["kind"] == Export.Kind.COVERAGE:
            asked["month"] = month
        try:
            return ask(**given, **asked, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


def _months() -> list[tuple[str, str]]:
    """The months of the trend, the one that goes on first."""
    days = last_days(clock.today(), MONTHS)
    return [(f"{day:%Y-%m}", words.month(day)) for day in reversed(days)]
