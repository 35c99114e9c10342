"""What people type about follow-ups and contacts."""

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.followups import actions
from clients.followups.actions.series import MOST
from clients.followups.models import Channel, Every, FollowUp, Outcome
from clients.followups.queries import receivers
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.pages import add_refusal
from crm.widgets import DayInput, HourInput
from managers.people.models import Staff

OUTCOME_ICONS = {"reached": "check", "no_answer": "phone-off", "call_later": "clock-plus"}


class BookingForm(forms.Form):
    """A new follow-up of a client."""

    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.CALL)
    due_on = forms.DateField(label=_("Day"), widget=DayInput)
    from_time = forms.TimeField(
        label=pgettext_lazy("time of day", "From"), required=False, widget=HourInput
    )
    to_time = forms.TimeField(label=_("Until"), required=False, widget=HourInput)
    purpose = forms.CharField(label=_("What about"), required=False, max_length=200)
    every = forms.ChoiceField(
        label=_("Repeat"), required=False, choices=[("", _("Once")), *Every.choices]
    )
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput)
    times = forms.IntegerField(
        label=_("Or how many times"), required=False, min_value=1, max_value=MOST
    )

    def clean(self):
        """An end belongs to what repeats, and there is one."""
        data = super().clean()
        check_ends(self, data)
        return data

    def save(self, client, *, by, at, after=None) -> FollowUp | None:
        """Book it, `after` a contact from which it follows; None after a refusal, which it says."""
        ends = ("every", "until", "times")
        once = {name: value for name, value in self.cleaned_data.items() if name not in ends}
        try:
            if self.cleaned_data["every"]:
                return actions.repeat(client, **self.cleaned_data, by=by, at=at)
            if after:
                return actions.book_after(after, **once, by=by, at=at)
            return actions.schedule(client, **once, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


def check_ends(form, data) -> None:
    """Refuse an end of what comes once, and two ends."""
    ends = [name for name in ("until", "times") if data.get(name)]
    if ends and not data.get("every"):
        form.add_error("every", _("Please say how often."))
    if len(ends) > 1:
        form.add_error("times", _("Please give a last day or a number, not both."))


class VersionedForm(forms.Form):
    """A form about a follow-up as the person saw it."""

    # Several of these forms stand on one page: without an id none has the id of another.
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))

    def attempt(self, action, follow_up, **what):
        """Call an action with what was typed; None after a refusal, which stands in the form."""
        try:
            return action(follow_up, version=self.cleaned_data["version"], **what)
        except RuleBroken as broken:
            add_refusal(self, broken)
            if isinstance(broken, Stale):
                self._look_again(follow_up)
            return None

    def _look_again(self, follow_up):
        """Having read what changed, the person may send the same text once more."""
        follow_up.refresh_from_db()
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = follow_up.version


class OutcomeForm(VersionedForm):
    """What came of a follow-up, and the next one."""

    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say how it went.")},
    )
    notes = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    channel = forms.ChoiceField(
        label=_("Next step"), required=False, choices=[("", _("None yet")), *Channel.choices]
    )
    due_on = forms.DateField(label=_("Date"), required=False, widget=DayInput)
    from_time = forms.TimeField(label=_("Time"), required=False, widget=HourInput)
    purpose = forms.CharField(label=_("What about"), required=False, max_length=200)
    also = forms.BooleanField(label=_("Also answers"), required=False, initial=True)

    def __init__(self, *args, others=(), **kwargs):
        super().__init__(*args, **kwargs)
        ask_also(self, others)

    def clean(self):
        """A next step has a day, a day has a next step; who is called later is called."""
        data = super().clean()
        if data.get("outcome") == Outcome.CALL_LATER and any(
            map(data.get, ("due_on", "from_time"))
        ):
            data["channel"] = data.get("channel") or Channel.CALL
            if "due_on" not in self.errors:
                data["due_on"] = data.get("due_on") or clock.today()
        if data.get("channel") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Please say on which day."))
        typed = any(data.get(name) for name in ("due_on", "from_time", "purpose"))
        if typed and not data.get("channel") and "channel" not in self.errors:
            self.add_error("channel", _("Please say what the next step is."))
        return data

    def save(self, follow_up, *, by, at):
        """Record the contact; None after a refusal, which then stands in the form.

        Whom nobody answered is tried again, unless the person says otherwise.
        """
        data = self.cleaned_data
        if data["outcome"] == Outcome.NO_ANSWER and not data["channel"]:
            said = {"notes": data["notes"], "by": by, "at": at}
            return self.attempt(actions.unanswered, follow_up, **said)
        next_one = {name: data[name] for name in ("channel", "due_on", "from_time", "purpose")}
        return self.attempt(
            actions.complete,
            follow_up,
            outcome=data["outcome"],
            notes=data["notes"],
            next=next_one if data["channel"] else None,
            also=[other.pk for other in self.others if data["also"]],
            by=by,
            at=at,
        )


def ask_also(form, others) -> None:
    """Name what else is due with the client beside the form's tick; none where nothing is."""
    form.others = others
    if others:
        reasons = words.listed(str(other.reason) for other in others)
        form.fields["also"].label = gettext("Also answers: %(reasons)s") % {"reasons": reasons}
    else:
        del form.fields["also"]


class SnoozeForm(VersionedForm):
    """Until when a follow-up is put off."""

    to = forms.DateField(label=_("Put off until"), widget=DayInput)
    with_later = forms.BooleanField(label=_("Move the later steps along"), required=False)

    def save(self, follow_up, *, by, at):
        """Put it off; None after a refusal."""
        what = {name: self.cleaned_data[name] for name in ("to", "with_later")}
        return self.attempt(actions.snooze, follow_up, **what, by=by, at=at)


class ReassignForm(VersionedForm):
    """Which colleague takes a follow-up over."""

    action = staticmethod(actions.reassign)
    colleague = forms.ModelChoiceField(
        label=_("Give to"), queryset=Staff.objects.none(), empty_label=_("Please choose")
    )

    def __init__(self, *args, follow_up, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = receivers(follow_up, on=on)
        self.fields["colleague"].label_from_instance = words.plain_name

    def save(self, follow_up, *, by, at):
        """Give it to the colleague; None after a refusal."""
        to = self.cleaned_data["colleague"]
        return self.attempt(self.action, follow_up, to=to, by=by, at=at)


class CancelForm(VersionedForm):
    """Why a follow-up is taken back."""

    reason = forms.CharField(label=_("Why is it no longer needed?"), max_length=200)

    def save(self, follow_up, *, by, at):
        """Cancel it; None after a refusal."""
        reason = self.cleaned_data["reason"]
        return self.attempt(actions.cancel, follow_up, reason=reason, by=by, at=at)
