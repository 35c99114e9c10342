"""What a person types to refer a client, or to decline one."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.lobby.models import Cue, Source
from crm import words
from crm.lib.errors import RuleBroken
from managers.people.models import Staff


class ReferralForm(forms.Form):
    """Cues, where the client is, and who shall answer; `choices` come from `queries`."""

    cues = forms.MultipleChoiceField(
        label=_("What did you notice?"),
        choices=Cue.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "pick"}),
    )
    note = forms.CharField(
        label=_("What else should the RM know?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    on_site = forms.TypedChoiceField(
        label=_("Where is the client?"),
        choices=[("yes", _("Here now")), ("no", _("Has left"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(
        label=_("Who noticed the client?"), required=False, widget=forms.RadioSelect
    )
    recommended_by = forms.CharField(
        label=_("Which client recommends?"),
        max_length=40,
        required=False,
        help_text=_("Client number or mobile; leave it empty if it is not said."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    target = forms.ModelChoiceField(
        label=_("Who shall answer?"),
        queryset=Staff.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, choices, own_source=Source.COLLEAGUE, find=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices, self.find = choices, find
        self.fields["source"].choices = [
            (own_source, _("Myself")),
            *((value, label) for value, label in _OTHERS if value != own_source),
        ]
        self.fields["source"].initial = own_source
        people = [choice.staff for choice in choices]
        self.fields["target"].queryset = Staff.objects.filter(pk__in=[p.pk for p in people])
        if people:
            self.fields["target"].initial = people[0].pk

    def clean_recommended_by(self):
        """The one client of the outlet whom the number means; `find` looks them up, masked."""
        text = self.cleaned_data["recommended_by"].strip()
        if not text:
            return None
        try:
            found = self.find(text)
        except RuleBroken as refused:
            raise forms.ValidationError(str(refused)) from refused
        if found is None:
            raise forms.ValidationError(_("No client of your outlet has this number."))
        return found


_OTHERS = (
    (Source.COLLEAGUE, _("A colleague knows them")),
    (Source.CLIENT, _("A client recommends them")),
)


class NewcomerForm(ReferralForm):
    """A client whom the bank does not know yet: a name and a number on top."""

    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.CharField(
        label=_("Mobile"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class PlaceForm(forms.Form):
    """To whom a head gives the client; `choices` come from `queries`, emptiest book first."""

    to = forms.ModelChoiceField(
        label=_("Who takes the client?"), queryset=Staff.objects.none(), empty_label=None
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        people = [choice.staff for choice in choices]
        self.fields["to"].queryset = Staff.objects.filter(pk__in=[p.pk for p in people])
        self.fields["to"].choices = [(c.staff.pk, described(c)) for c in choices]


def described(choice) -> str:
    """A colleague with the load of the book."""
    return gettext("%(name)s, book at %(percent)d%%") % {
        "name": words.plain_name(choice.staff),
        "percent": choice.load.percent,
    }


class DeclineForm(forms.Form):
    """Why a referral is declined."""

    reason = forms.CharField(label=_("Why do you decline?"), max_length=200)
