"""What people type about the market."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.market import actions
from clients.market.models import LONGEST_TAG, MOST_TAGS, MarketReport
from crm.lib.errors import RuleBroken, Stale
from crm.pages import add_refusal


class TagsField(forms.CharField):
    """Up to five words, with commas or spaces between them."""

    def __init__(self, **kwargs):
        super().__init__(label=_("Tags"), required=False, max_length=120, **kwargs)

    def clean(self, value):
        """The tags as a list, each once."""
        found = re.split(r"[\s,，、]+", super().clean(value).strip())
        tags = list(dict.fromkeys(tag.lstrip("#") for tag in found if tag.lstrip("#")))
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            raise forms.ValidationError(_("At most five tags of twenty characters."))
        return tags


class NoteForm(forms.Form):
    """Something noticed outside."""

    text = forms.CharField(
        label=_("What you noticed"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No clients' names, please: the whole outlet reads it."),
    )
    tags = TagsField()


class ReportForm(forms.Form):
    """The text of a report."""

    text = forms.CharField(
        label=_("Report"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    tags = TagsField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def save(self, report, *, hand_in, by, at) -> MarketReport | None:
        """Save it, and hand it in if wanted; None after a refusal, with nothing typed lost."""
        try:
            return actions.save_report(report, **self.cleaned_data, hand_in=hand_in, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            if isinstance(broken, Stale):
                report.refresh_from_db()
                self.data = {**self.data.dict(), "version": report.version}
            return None
