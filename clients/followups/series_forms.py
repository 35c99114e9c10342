"""What people change about a recurring follow-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.followups import actions
from clients.followups.actions.series import MOST
from clients.followups.forms import check_ends
from clients.followups.models import Every
from crm import words
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput


class ExceptionForm(forms.Form):
    """Which of the coming days is left out, or moves to another one."""

    day = forms.TypedChoiceField(label=_("Which day"))
    to = forms.DateField(
        label=_("Instead on"),
        required=False,
        widget=DayInput,
        help_text=_("Without a day it is left out."),
    )

    def __init__(self, *args, days, **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(day): day for day in days}
        self.fields["day"].choices = [(key, words.day_long(day)) for key, day in known.items()]
        self.fields["day"].coerce = known.__getitem__

    def save(self, series, *, by, at):
        """Change it; None after a refusal, which then stands in the form."""
        try:
            return actions.change_day(series, **self.cleaned_data, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class RuleForm(forms.Form):
    """How often it comes from a day on, and when it ends."""

    every = forms.ChoiceField(label=_("Repeat"), choices=Every.choices)
    begins_on = forms.DateField(label=_("From which day"), widget=DayInput)
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput)
    times = forms.IntegerField(
        label=_("Or how many times"), required=False, min_value=1, max_value=MOST
    )

    def clean(self):
        """There is one end at most."""
        data = super().clean()
        check_ends(self, data)
        return data

    def save(self, series, *, by, at):
        """Change it; None after a refusal, which then stands in the form."""
        try:
            return actions.change_rule(series, **self.cleaned_data, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None
