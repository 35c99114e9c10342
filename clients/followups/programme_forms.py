"""What people choose about the programmes of a client."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.followups import actions
from clients.followups.models import ProgrammeRun
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput


class BeginForm(forms.Form):
    """Which programme begins."""

    code = forms.ChoiceField(label=_("Programme"))

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(row.code, row.name) for row in programmes]

    def save(self, client, *, by, at) -> ProgrammeRun | None:
        """Begin it; None after a refusal, which then stands in the form."""
        try:
            return actions.begin(client, code=self.cleaned_data["code"], by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class MoveForm(forms.Form):
    """To which day a step goes, and whether the later ones go along."""

    number = forms.TypedChoiceField(label=_("Step"), coerce=int)
    to = forms.DateField(label=_("New day"), widget=DayInput)
    with_later = forms.BooleanField(
        label=_("Move the later steps along"), required=False, initial=True
    )

    def __init__(self, *args, steps, **kwargs):
        super().__init__(*args, **kwargs)
        self.steps = {step.number: step for step in steps}
        self.fields["number"].choices = [
            (step.number, f"{step.number}. {step.purpose or step.get_channel_display()}")
            for step in steps
        ]

    def save(self, *, by, at):
        """Move it; None after a refusal, which then stands in the form."""
        data = self.cleaned_data
        step = self.steps[data["number"]]
        what = {"to": data["to"], "with_later": data["with_later"]}
        try:
            return actions.move_step(step, **what, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None
