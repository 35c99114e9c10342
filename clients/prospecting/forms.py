"""What people type about leads."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.followups.models import Channel
from clients.prospecting import actions
from clients.prospecting.models import LARGEST_QUOTA, FirstVisit, LeadList, Stage
from crm import words
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput
from managers.people.models import Staff


class ListForm(forms.Form):
    """Whom a head asks for how many prospects, from where, by when."""

    to = forms.ModelChoiceField(
        label=_("Marketing RM"), queryset=Staff.objects.none(), empty_label=_("Please choose")
    )
    name = forms.CharField(
        label=pgettext_lazy("of leads", "Where from"),
        max_length=80,
        help_text=_("No names, please."),
    )
    quota = forms.IntegerField(label=_("How many"), min_value=1, max_value=LARGEST_QUOTA)
    due_on = forms.DateField(label=_("Due day"), widget=DayInput)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
        self.fields["to"].label_from_instance = words.plain_name

    def save(self, *, by, at):
        """Give the list; None after a refusal."""
        return _attempt(self, actions.give_list, **self.cleaned_data, by=by, at=at)


class StageForm(forms.Form):
    """How far a prospect is, and the next step."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices, widget=forms.RadioSelect)
    lead_list = forms.ModelChoiceField(
        label=_("Lead list"),
        queryset=LeadList.objects.none(),
        required=False,
        empty_label=_("none"),
    )
    channel = forms.ChoiceField(
        label=_("Next step"), required=False, choices=[("", _("As booked")), *Channel.choices]
    )
    due_on = forms.DateField(label=_("Date"), required=False, widget=DayInput)
    purpose = forms.CharField(label=_("What about"), required=False, max_length=200)
    reason = forms.CharField(label=_("Why no interest"), required=False, max_length=200)

    def __init__(self, *args, lists, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead_list"].queryset = lists

    def clean(self):
        """A next step has a day."""
        data = super().clean()
        if data.get("channel") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Please say on which day."))
        return data

    def save(self, client, *, by, at):
        """Move the prospect on; None after a refusal."""
        data = self.cleaned_data
        step = {name: data[name] for name in ("channel", "due_on", "purpose")}
        what = {name: data[name] for name in ("stage", "reason", "lead_list")}
        next_step = step if data["channel"] else None
        return _attempt(self, actions.advance, client, **what, next_step=next_step, by=by, at=at)


class FirstVisitForm(forms.ModelForm):
    """What a prospect told on the first visit."""

    class Meta:
        model = FirstVisit
        fields = ["met_on", *FirstVisit.WORDS]
        widgets = {
            "met_on": DayInput,
            **{name: forms.Textarea(attrs={"rows": 2}) for name in FirstVisit.WORDS},
        }

    def keep(self, client, *, by, at):
        """Record it; None after a refusal."""
        return _attempt(self, actions.record_first_visit, client, **self.cleaned_data, by=by, at=at)


def ordered(data) -> tuple[list[int], int | None]:
    """The stops as they shall be, and the one that a button moved by one place, if any."""
    stops = [int(text) for text in data.getlist("visit") if text.isdecimal()]
    if "by_time" in data:
        return [], None
    for name, step in (("up", -1), ("down", 1)):
        moved = next((stop for stop in stops if str(stop) == data.get(name)), None)
        if moved is not None:
            at = stops.index(moved)
            stops.insert(max(at + step, 0), stops.pop(at))
            return stops, moved
    return stops, None


def _attempt(form, action, *args, **what):
    try:
        return action(*args, **what)
    except RuleBroken as broken:
        add_refusal(form, broken)
        return None
