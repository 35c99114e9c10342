"""What people type on the client's page and on the branch board."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.book.models import Client
from clients.followups.forms import ask_also
from clients.followups.models import Channel, Outcome
from managers.people.models import Staff

MOST = 200  # clients assigned at once
_LONGEST_ID = 18  # digits


class NoteForm(forms.Form):
    """A contact that nobody had planned: what was said, how, and what comes of it."""

    notes = forms.CharField(
        label=_("What was said and agreed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 1, "data-enter": "save"}),
    )
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.CALL)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, initial=Outcome.REACHED
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    also = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args, due=(), **kwargs):
        super().__init__(*args, **kwargs)
        ask_also(self, due)
        self.fields["notes"].widget.attrs["autocomplete"] = "off"
        self.fields["next_step"].widget.attrs["autocomplete"] = "off"

    def clean(self):
        """`also` are the ids of what is due and was answered."""
        data = super().clean()
        return {**data, "also": [item.pk for item in self.others if data.get("also")]}


class _Clients(forms.ModelMultipleChoiceField):
    def clean(self, value):
        """Numbers that no id can be are refused before the database sees them."""
        if any(len(str(pk)) > _LONGEST_ID for pk in value or ()):
            raise forms.ValidationError(_("There is no such client."))
        return super().clean(value)


class PicksForm(forms.Form):
    """Clients of the pool whom a head ticked, each with the RM who was shown beside it.

    `to` is one RM for all of them; else `to-<client id>` names the RM of each.
    """

    clients = _Clients(queryset=Client.objects.none())
    to = forms.ModelChoiceField(queryset=Staff.objects.filter(is_active=True), required=False)
    reason = forms.CharField(required=False, max_length=200)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clients"].queryset = Client.objects.visible_to(person).for_list()
        self.fields["clients"].error_messages["required"] = _("Please select clients first.")

    def clean_clients(self):
        """So many at once; whoever has more goes on with the next."""
        found = list(self.cleaned_data["clients"])
        if len(found) > MOST:
            raise forms.ValidationError(_("Please select at most 200 clients."))
        return found

    def pairs(self) -> list[tuple[Client, int | None]]:
        """Each client with the id of its RM, None where nobody was suggested."""
        one = self.cleaned_data["to"]
        return [
            (client, one.pk if one else self._shown(client))
            for client in self.cleaned_data["clients"]
        ]

    def _shown(self, client) -> int | None:
        text = self.data.get(f"to-{client.pk}", "")
        return int(text) if text.isdecimal() and len(text) <= _LONGEST_ID else None
