"""What a person may choose of mails."""

from datetime import time

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import bank
from crm.lib import clock
from managers.outbox import letters


class ChoiceForm(forms.Form):
    """The reminders that come by mail, ticked, and the quiet hours.

    Raises the field of an hour that reaches into the bank's working day.
    """

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Mails"), required=False, widget=forms.CheckboxSelectMultiple
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, data=None, *, choice, person):
        kinds = self.kinds = letters.reminders(person)
        initial = {
            "wanted": [kind for kind in kinds if kind not in choice.stopped],
            "quiet_from": choice.quiet_from,
            "quiet_until": choice.quiet_until,
        }
        super().__init__(data, initial=initial)
        self.fields["wanted"].choices = list(kinds.items())
        hours = bank.read("mail.quiet", on=clock.today())
        self.latest, self.earliest = (time.fromisoformat(hour) for hour in hours)

    def clean_quiet_until(self):
        """Not into the morning's work."""
        until = self.cleaned_data["quiet_until"]
        if until and until > self.latest:
            told = {"hour": f"{self.latest:%H:%M}"}
            raise forms.ValidationError(_("At most until %(hour)s.") % told)
        return until

    def clean_quiet_from(self):
        """Not before the work of the day is done."""
        begin = self.cleaned_data["quiet_from"]
        if begin and begin < self.earliest:
            told = {"hour": f"{self.earliest:%H:%M}"}
            raise forms.ValidationError(_("At the earliest from %(hour)s.") % told)
        return begin

    def clean(self):
        """What is not wanted is stopped."""
        data = super().clean()
        wanted = data.pop("wanted", [])
        return {**data, "stopped": [kind for kind in self.kinds if kind not in wanted]}
