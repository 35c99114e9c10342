"""What a person may choose of mails."""

from django import forms
from django.utils.translation import gettext_lazy

from crm.lib import clock
from managers.outbox import letters, rules


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

    def clean_quiet_until(self):
        """Not into the morning's work."""
        until = self.cleaned_data["quiet_until"]
        rules.check_quiet_until(until, on=clock.today())
        return until

    def clean_quiet_from(self):
        """Not before the work of the day is done."""
        begin = self.cleaned_data["quiet_from"]
        rules.check_quiet_from(begin, on=clock.today())
        return begin

    def clean(self):
        """What is not wanted is stopped."""
        data = super().clean()
        wanted = data.pop("wanted", [])
        return {**data, "stopped": [kind for kind in self.kinds if kind not in wanted]}
