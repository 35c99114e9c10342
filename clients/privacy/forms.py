"""What is taken down of a client's request, what an officer answers, how a relationship ends."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.file.models import Consent
from clients.privacy.actions import take_down
from clients.privacy.models import PrivacyRequest
from clients.privacy.rules.closing import Cause
from clients.privacy.rules.requests import SHORTEST_ANSWER
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput

_LINES = forms.Textarea(attrs={"rows": 3})


class RequestForm(forms.Form):
    """What is asked, by which way it came and when, and how the identity was checked."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=PrivacyRequest.Kind.choices)
    purposes = forms.MultipleChoiceField(
        label=_("Consents that are withdrawn"),
        choices=Consent.Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("For a withdrawal alone."),
    )
    channel = forms.ChoiceField(label=_("By which way"), choices=PrivacyRequest.Channel.choices)
    received_on = forms.DateField(label=_("Received on"), widget=DayInput)
    identity = forms.ChoiceField(
        label=_("Identity checked"), choices=PrivacyRequest.Identity.choices
    )
    wish = forms.CharField(
        label=_("In the client's words"), max_length=1000, required=False, widget=_LINES
    )

    def save(self, client, *, by, at) -> PrivacyRequest | None:
        """Take it down; None after a refusal, which then stands in the form."""
        try:
            return take_down(client, **self.cleaned_data, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class ClosingForm(forms.Form):
    """When a relationship ended, and why."""

    ended_on = forms.DateField(label=_("Ended on"), widget=DayInput)
    cause = forms.ChoiceField(label=pgettext_lazy("ending", "Why"), choices=Cause.choices)


class AnswerForm(forms.Form):
    """What was done, as the client is told."""

    answer = forms.CharField(
        label=_("Answer"), min_length=SHORTEST_ANSWER, max_length=1000, widget=_LINES
    )


class RefuseForm(forms.Form):
    """Why the client does not get what was asked."""

    reason = forms.CharField(
        label=_("Reason"), min_length=SHORTEST_ANSWER, max_length=1000, widget=_LINES
    )
