"""What people type about requests of clients, short enough for a call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.followups.forms import ReassignForm, VersionedForm
from clients.requests import actions
from clients.requests.models import Result, Told
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput, HourInput

TOLD_ICONS = {"call": "phone", "visit": "users", "outside": "walk", "message": "message"}
RESULT_ICONS = {"done": "check"}


class RequestForm(forms.Form):
    """What a client asks, and until when an answer is promised."""

    asked = forms.CharField(
        label=_("What does the client ask?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    promised = forms.CharField(label=_("What did you promise?"), required=False, max_length=200)
    due_on = forms.DateField(label=_("Answer by"), widget=DayInput)
    due_time = forms.TimeField(label=_("Time"), required=False, widget=HourInput)

    def save(self, client, *, by, at):
        """Take the request; None after a refusal, which then stands in the form."""
        try:
            return actions.take(client, **self.cleaned_data, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class AnswerForm(VersionedForm):
    """The answer; with how the client was told and what came of it the request is closed."""

    answer = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    told = forms.ChoiceField(
        label=_("Was the client told?"),
        choices=Told.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    not_told_reason = forms.CharField(label=_("Why not told"), required=False, max_length=200)
    result = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Result.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def save(self, item, *, close, by, at):
        """Close the request, or only keep the answer; None after a refusal."""
        data = self.cleaned_data
        if not close:
            return self.attempt(actions.answer, item, answer=data["answer"], by=by, at=at)
        said = {name: data[name] for name in ("answer", "told", "not_told_reason", "result")}
        return self.attempt(actions.close, item, **said, by=by, at=at)


class GiveForm(ReassignForm):
    """Which colleague is in charge from now on."""

    action = staticmethod(actions.reassign)
