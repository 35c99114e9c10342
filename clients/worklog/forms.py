"""What an RM types into the work log."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.worklog.actions import save_log
from clients.worklog.models import BY_HAND
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal


class WorkLogForm(forms.Form):
    """Duties that nobody can count, and a note."""

    ticks = forms.MultipleChoiceField(
        label=_("Duties"), choices=BY_HAND, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What went well, what is open for tomorrow. No names of clients, please."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def save(self, day, *, hand_in, by, at):
        """Save or hand in; None after a refusal."""
        try:
            return save_log(day=day, **self.cleaned_data, hand_in=hand_in, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None
