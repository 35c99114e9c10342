"""Who belongs to a client's household, as people type it."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import Member
from clients.book.search import GUESSES, Why, find
from clients.file import actions
from clients.file.forms.entries import EntryForm
from clients.file.forms.rows import InRows
from crm import words
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal


class MemberForm(InRows, forms.Form):
    """Another client of the household, found as the search box finds them."""

    client = forms.CharField(
        label=pgettext_lazy("find", "Client"),
        max_length=60,
        help_text=_("Name, client number or mobile."),
    )
    relation = forms.ChoiceField(
        label=_("Relation"), choices=Member.Relation.choices, initial=Member.Relation.SPOUSE
    )
    decides = forms.BooleanField(label=_("Decides about money"), required=False)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_client(self):
        """The one client meant, whose file the person may open; guesses are named, not taken."""
        hits = [
            hit
            for hit in find(self.person, self.cleaned_data["client"])
            if hit.why != Why.HOUSEHOLD
        ]
        if not hits:
            raise ValidationError(_("There is no such client in your book."))
        sure = [hit for hit in hits if hit.why not in GUESSES]
        if len(sure) == 1:
            return sure[0].client
        named = [f"{words.plain_name(hit.client)} {hit.client.number}" for hit in hits[:5]]
        raise ValidationError(
            _("Whom do you mean: %(clients)s?") % {"clients": words.listed(named)}
        )

    def save(self, client, *, by, at):
        """Join them; None after a refusal, which then stands in the form."""
        values = {**self.cleaned_data}
        try:
            return actions.join(client, values.pop("client"), **values, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class PlaceForm(EntryForm):
    """What a client of the household is there."""

    class Meta:
        model = Member
        fields: ClassVar = ["relation", "decides"]

    def _write(self, client, *, by, at):
        seen = self.cleaned_data["seen"]
        return actions.correct_place(self.instance, version=seen, **self.values, by=by, at=at)
