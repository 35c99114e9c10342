"""What people type in a handover: whom to whom, the ten items, why not, and that they have met."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.handover.actions.answering import Decision
from clients.handover.models import Item, ReturnReason
from clients.handover.rules import receivers
from clients.lobby.forms import described
from crm import words
from managers.people.models import Staff

HINTS = {
    Item.IDENTITY: _("Which document you saw, and when."),
    Item.CONTACT: _("How and at what time they like to be reached."),
    Item.SOURCE: _("Where you met, who introduced you."),
    Item.NEEDS: _("What the client wants to reach, and by when."),
    Item.ASSETS: _("What they hold, and what you talked about."),
    Item.RISK: _("The assessed level with its date, or not assessed."),
    Item.PREFERENCES: _("What they like, and what nobody should raise."),
    Item.DATES: _("Birthdays, maturities, anniversaries."),
    Item.PROMISES: _("Your contacts so far, and all that you promised."),
    Item.CONSENTS: _("What they agreed to, and what is still open."),
}


class PersonChoice(forms.ModelChoiceField):
    """A wealth RM of the branch, with the load of the book beside the name.

    Whoever cannot take the client any more since the page was read is refused by the action, which
    says why, not by the field. Of others it says no more than of an id that nobody has.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, queryset=Staff.objects.none(), **kwargs)

    def offer(self, choices, *, unit) -> None:
        """Offer these colleagues (`lobby.queries.Choice`) in their order, to somebody of `unit`."""
        self.queryset = receivers(unit)
        self.choices = [
            ("", gettext("Please choose")),
            *((c.staff.pk, described(c)) for c in choices),
        ]


class ClientChoice(forms.ModelChoiceField):
    """One of one's own clients."""

    def label_from_instance(self, client):
        """The name and the client number."""
        return f"{words.plain_name(client)} · {client.number}"


class DraftForm(forms.Form):
    """Which prospect goes to which wealth RM."""

    client = ClientChoice(label=_("Client"), queryset=None, empty_label=_("Please choose"))
    to = PersonChoice(label=_("Wealth RM"), help_text=_("Those with room, emptiest book first."))

    def __init__(self, *args, clients, choices, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients
        self.fields["to"].offer(choices, unit=unit)


class FileForm(forms.Form):
    """The ten items of the file and, until it is accepted, who receives it (rules E3)."""

    to = PersonChoice(label=_("Wealth RM"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, handover, choices, **kwargs):
        initial = {**handover.file, "to": handover.to_staff_id, "version": handover.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["to"].offer(choices, unit=handover.client.outlet)
        for item in Item:
            self.fields[item.value] = forms.CharField(
                label=item.label,
                help_text=HINTS[item],
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def file(self) -> dict[str, str]:
        """What was typed for each item."""
        return {item.value: self.cleaned_data[item.value] for item in Item}


class ReturnForm(forms.Form):
    """Why a file goes back, and what is to be mended of which item (rules E4)."""

    reason = forms.ChoiceField(label=_("Reason"), choices=ReturnReason.choices)
    note = forms.CharField(
        label=_("What should be mended?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for item in Item:
            self.fields[f"mend-{item.value}"] = forms.CharField(
                label=item.label, max_length=200, required=False
            )

    @property
    def item_rows(self):
        """The fields of the ten items."""
        return [self[f"mend-{item.value}"] for item in Item]

    @property
    def answer(self) -> dict:
        """Reason, note and items as the action takes them."""
        given = self.cleaned_data
        items = {item.value: given[f"mend-{item.value}"] for item in Item}
        return {"reason": given["reason"], "note": given["note"], "items": items}


class WaiverForm(forms.Form):
    """Which item cannot be filled, and why; `missing` are those that lack (rules E3)."""

    item = forms.ChoiceField(label=_("Item"))
    reason = forms.CharField(label=_("Why can it not be filled?"), max_length=200)

    def __init__(self, *args, missing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [(item.value, item.label) for item in missing]


class WaiveForm(forms.Form):
    """A head's answer to one item."""

    item = forms.ChoiceField(choices=Item.choices)
    answer = forms.ChoiceField(choices=[("grant", _("Waive")), ("refuse", _("Refuse"))])
    reason = forms.CharField(max_length=200, required=False)


class DecideForm(forms.Form):
    """How a file goes on that was returned twice (rules E4)."""

    decision = forms.ChoiceField(
        label=_("How does it go on?"), choices=Decision.choices, widget=forms.RadioSelect
    )
    to = PersonChoice(label=_("Another wealth RM"), required=False)
    note = forms.CharField(
        label=_("Why do you decide so?"),
        max_length=300,
        help_text=_("Both read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, handover, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(choices, unit=handover.client.outlet)


class IntroduceForm(forms.Form):
    """That the three have met (rules E5)."""

    met = forms.BooleanField(
        label=_("We met the client together, and the client knows the new RM.")
    )
    acknowledged = forms.CharField(
        label=_("What the client said to it"), required=False, max_length=500
    )
