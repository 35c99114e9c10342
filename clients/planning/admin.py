"""The administrator's tables of standards and trigger rules: rows are added, never changed."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.followups.models import Channel, ContactStandard, Programme, Start, TriggerRule
from clients.planning import actions
from clients.planning.forms import DatedForm, TieredForm
from managers.people.admin import Appended


class StandardForm(DatedForm):
    channels = forms.MultipleChoiceField(
        label=_("What counts"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        help_texts = {
            **dict.fromkeys(("tier", "stage", "post"), _("Empty: any. The most exact row rules.")),
            "gap_days": _("Empty: no regular contact is asked for."),
            "visit_months": _("Empty: no visit is asked for."),
        }


class ProgrammeForm(TieredForm):
    """Steps are typed one a line: the day, how, and what about."""

    starts = forms.MultipleChoiceField(
        label=_("Begins when"),
        choices=Start.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice only a person begins it."),
    )
    steps = forms.CharField(
        label=_("Steps"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: day, channel (call, visit, outside, message), what about."),
    )

    def clean_steps(self):
        """Dicts in the order of their days."""
        steps = [_step(line) for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        days = [step["day"] for step in steps]
        if days != sorted(set(days)):
            raise forms.ValidationError(_("Each step comes on a later day than the one before."))
        return steps


def _step(line: str) -> dict:
    """A channel is written by its code, or as it is called in the reader's language."""
    day, rest = (*line.split(None, 1), "")[:2]
    said = {word.lower(): code for code, label in Channel.choices for word in (code, str(label))}
    known = [word for word in said if rest.lower() == word or rest.lower().startswith(f"{word} ")]
    if not day.isdecimal() or int(day) > 366 or not known:
        raise forms.ValidationError(
            _("“%(line)s” is not a step: write a day until 366, a channel, and what about.")
            % {"line": " ".join(line.split())}
        )
    how = max(known, key=len)
    return {"day": int(day), "channel": said[how], "purpose": rest[len(how) :].strip()[:100]}


@admin.register(ContactStandard)
class ContactStandardAdmin(Appended):
    form = StandardForm
    fields = [
        *("tier", "stage", "post", "gap_days", "visit_months", "channels", "purpose"),
        "valid_from",
    ]
    list_display = ["whom", "gap_days", "visit_months", "valid_from", "set_by"]
    list_select_related = ["set_by"]

    def get_changeform_initial_data(self, request):
        """A standard that is set anew comes with all the channels it has."""
        asked = super().get_changeform_initial_data(request)
        return asked | {"channels": request.GET.getlist("channels")}

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
