"""What a person types about a selection of clients."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.followups.models import Channel
from crm.widgets import DayInput


class BulkTagForm(forms.Form):
    """Which tag, and whether colleagues see it."""

    name = forms.CharField(label=_("Tag"), max_length=40)
    shared = forms.BooleanField(label=_("Share with the outlet"), required=False)


class BulkFollowUpForm(forms.Form):
    """How, when and what about."""

    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.CALL)
    due_on = forms.DateField(label=_("Date"), widget=DayInput)
    purpose = forms.CharField(label=_("What about"), required=False, max_length=200)
