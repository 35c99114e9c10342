"""What a person may type about a client."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.book import rules
from clients.book.details import masked_details
from crm import words
from crm.lib import clock, contact
from crm.widgets import DayInput

_NAME = 120  # characters
_ADDRESS = 200
_SHOWN = ("name", "identity_until", "do_not_contact", "version")  # what a correction starts from


def _not_in_the_future(day):
    if day > clock.today():
        raise ValidationError(_("This day has not come yet."))


class _Outlets(forms.ModelChoiceField):
    def label_from_instance(self, outlet):
        return words.unit_name(outlet)


class _DetailsForm(forms.Form):
    """Name and contact details; a number must be one before it goes further."""

    name = forms.CharField(label=_("Name"), max_length=_NAME)
    phone = forms.CharField(label=_("Mobile"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    address = forms.CharField(label=_("Address"), max_length=_ADDRESS, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget = forms.TextInput(
            {"inputmode": "tel", "autocomplete": "off", "maxlength": "40"}
        )
        for field in ("name", "email", "address"):
            self.fields[field].widget.attrs["autocomplete"] = "off"

    def clean_phone(self):
        """A phone number in any spelling."""
        text = self.cleaned_data["phone"]
        try:
            return contact.normal_phone(text) if text else ""
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


class ProspectForm(_DetailsForm):
    """A new client: who, how to reach them, and for which outlet if the person has several."""

    outlet = _Outlets(label=_("Outlet"), queryset=None, empty_label=None)

    birth_date = forms.DateField(
        label=_("Date of birth"), required=False, widget=DayInput, validators=[_not_in_the_future]
    )
    identity_no = forms.CharField(label=_("Identity number"), max_length=20, required=False)

    field_order = ["name", "phone", "email", "identity_no", "birth_date", "address", "outlet"]

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        outlets = rules.outlets_to_open_in(person).order_by("path")
        self.fields["outlet"].queryset = outlets
        only = list(outlets[:2])
        if len(only) == 1:
            self.fields["outlet"].initial = only[0].pk
            self.fields["outlet"].widget = forms.HiddenInput()

    def clean_identity_no(self):
        """An identity number whose check digit is right."""
        text = self.cleaned_data["identity_no"]
        try:
            return contact.normal_identity(text) if text else ""
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


class ClientForm(_DetailsForm):
    """Corrections to a client's file, with the version that the person saw.

    What is masked is not filled in: an empty field leaves the detail as it is.
    """

    identity_until = forms.DateField(
        label=_("Identity document valid until"), required=False, widget=DayInput
    )
    do_not_contact = forms.BooleanField(
        label=_("Asked not to be contacted"),
        required=False,
        help_text=_("What is promised is cancelled; callbacks on complaints remain."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, client, **kwargs):
        seen = {field: getattr(client, field) for field in _SHOWN}
        super().__init__(*args, initial=seen, **kwargs)
        self.fields["name"].required = bool(client.name)
        for field, shown in masked_details(client).items():
            if field in self.fields:
                self.fields[field].widget.attrs["placeholder"] = _("%(now)s, unchanged") % {
                    "now": shown
                }
