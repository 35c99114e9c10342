"""The administrator's tables of standards and trigger rules: rows are added, never changed."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.book.models import Tier
from clients.followups.models import Channel, ContactStandard, Programme, Start, TriggerRule
from clients.planning import actions
from clients.planning.forms import DatedForm
from managers.people.admin import Appended


class StandardForm(DatedForm):
    channels = forms.MultipleChoiceField(
        label=_("What counts"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )


class ProgrammeForm(DatedForm):
    """Steps are typed one a line: the day, how, and what about."""

    starts = forms.MultipleChoiceField(
        label=_("Begins when"),
        choices=Start.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice only a person begins it."),
    )
    tiers = forms.MultipleChoiceField(
        label=_("For tiers"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    steps = forms.CharField(
        label=_("Steps"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: day, channel (call, visit, outside, message), what about."),
    )

    def clean_steps(self):
        """Dicts in the order of their days."""
        lines = [line.split(None, 2) for line in self.cleaned_data["steps"].splitlines()]
        steps = [_step(words) for words in lines if words]
        days = [step["day"] for step in steps]
        if days != sorted(set(days)):
            raise forms.ValidationError(_("Each step comes on a later day than the one before."))
        return steps


def _step(words) -> dict:
    day, channel, purpose = (*words, "", "")[:3]
    if not day.isdecimal() or int(day) > 366 or channel not in Channel.values:
        raise forms.ValidationError(
            _("“%(line)s” is not a step: write a day until 366, a channel, and what about.")
            % {"line": " ".join(words)}
        )
    return {"day": int(day), "channel": channel, "purpose": purpose.strip()[:100]}


@admin.register(ContactStandard)
class ContactStandardAdmin(Appended):
    form = StandardForm
    fields = [
        *("tier", "stage", "post", "gap_days", "visit_months", "channels", "purpose"),
        "valid_from",
    ]
    list_display = ["code", "gap_days", "visit_months", "valid_from", "set_by"]
    list_select_related = ["set_by"]

    def write(self, data, *, by, at):
        return actions.set_row(ContactStandard(**data), by=by, at=at)


@admin.register(TriggerRule)
class TriggerRuleAdmin(Appended):
    """The history; a rule is changed on its page, where it is tried first."""

    fields = [
        *("code", "is_on", "tiers", "offset", "in_working_days", "channel", "purpose"),
        *("priority", "valid_from"),
    ]
    list_display = ["code", "is_on", "offset", "channel", "priority", "valid_from", "set_by"]
    list_select_related = ["set_by"]

    def has_add_permission(self, request):
        return False


@admin.register(Programme)
class ProgrammeAdmin(Appended):
    form = ProgrammeForm
    fields = ["code", "name", "is_on", "starts", "tiers", "steps", "valid_from"]
    list_display = ["code", "name", "is_on", "days", "valid_from", "set_by"]
    list_select_related = ["set_by"]

    def write(self, data, *, by, at):
        return actions.set_row(Programme(**data), by=by, at=at)
