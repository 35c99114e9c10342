"""What administrators type about planning: rows that rule from a day on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.book.models import Tier
from clients.followups.models import TriggerRule
from clients.planning import actions
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput


class DatedForm(forms.ModelForm):
    """A row that rules from tomorrow on at the earliest."""

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day <= clock.today():
            raise forms.ValidationError(
                _("Please choose a day from tomorrow on: what has begun stays as it is.")
            )
        return day


class TieredForm(DatedForm):
    """A row for clients of some tiers, or of all."""

    tiers = forms.MultipleChoiceField(
        label=_("For tiers"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice for all."),
    )


class RuleForm(TieredForm):
    """The next row of one trigger rule; begins with what the rule says now."""

    offset = forms.IntegerField(
        label=_("Days from the event"),
        min_value=-366,
        max_value=366,
        help_text=_("Below zero: before the event."),
    )
    in_working_days = forms.BooleanField(label=_("Count working days"), required=False)
    priority = forms.IntegerField(
        label=_("Priority"), min_value=0, max_value=9, help_text=_("9 goes first among equal ones.")
    )

    class Meta:
        model = TriggerRule
        fields = [
            *("is_on", "tiers", "offset", "in_working_days", "channel", "purpose", "priority"),
            "valid_from",
        ]
        widgets = {"valid_from": DayInput}

    def __init__(self, *args, rule, **kwargs):
        said = {name: getattr(rule, name) for name in self._meta.fields if name != "valid_from"}
        super().__init__(*args, initial=said, **kwargs)
        self.rule = rule

    def clean(self):
        """What no plan could be made by is told beside its field, also where it is only tried."""
        data = super().clean()
        try:
            actions.check_offset(self.row)
        except RuleBroken as broken:
            add_refusal(self, broken)
        return data

    @property
    def row(self) -> TriggerRule:
        """The rule with the values typed."""
        return TriggerRule(code=self.rule.code, trigger=self.rule.trigger, **self.cleaned_data)

    def save(self, *, by, at):
        """Let it rule from its day on; None after a refusal."""
        try:
            return actions.set_row(self.row, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None
