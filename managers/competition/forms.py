"""Screens of head office, and what a participant holds against a score."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm import words
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from managers.competition import actions
from managers.competition.divisions import Division
from managers.competition.metrics import Metric
from managers.people.models import RM_POSTS, OrgUnit, Staff, UnitKind


class UnitChoices(forms.ModelMultipleChoiceField):
    """Units by the name that the page's language has for them."""

    def label_from_instance(self, unit):
        return words.unit_name(unit)


class UnitChoice(forms.ModelChoiceField):
    """One unit by the name that the page's language has for it."""

    def label_from_instance(self, unit):
        return words.unit_name(unit)


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
        help_text=_("What is added (to its mean, for a rate); negative to take away."),
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
        self.fields["unit"].empty_label = _("Head office")
        self.fields["division"].choices = [(one.code, str(one)) for one in divisions]

    def save(self, *, by, at):
        """The screen."""
        told = self.cleaned_data | {"division": Division.by_code(self.cleaned_data["division"])}
        return actions.open_display(**told, by=by, at=at)
