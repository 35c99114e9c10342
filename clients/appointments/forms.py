"""What people type about a visit: when and where, what came of it, and why not."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.appointments import actions
from clients.appointments.models import Kind, Room
from clients.appointments.queries import guests, rooms_for
from clients.followups.forms import VersionedForm
from clients.followups.models import Channel
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput, HourInput
from managers.people.models import OrgUnit, Staff

KIND_ICONS = {
    "advice": "message-2",
    "review": "chart-pie",
    "large_cash": "cash",
    "contract": "writing-sign",
}
DESK, OUTSIDE = "desk", "outside"
LENGTHS = [(30, _("30 min")), (60, _("1 h")), (90, _("1½ h")), (120, _("2 h")), (180, _("3 h"))]
# An introduction is booked from its handover.
KINDS = [(kind.value, kind.label) for kind in Kind if kind != Kind.INTRODUCTION]


class WhenForm(forms.Form):
    """When and where: a room of the outlet, the outlet itself, or a place outside."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    start = forms.TimeField(
        label=pgettext_lazy("time of day", "From"), widget=HourInput(attrs={"step": 300})
    )
    minutes = forms.TypedChoiceField(label=_("How long"), choices=LENGTHS, coerce=int, initial=60)
    where = forms.ChoiceField(label=_("Where"))
    place = forms.CharField(
        label=_("Place outside"), required=False, max_length=120, help_text=_("No names, please.")
    )

    def __init__(self, *args, client, **kwargs):
        super().__init__(*args, **kwargs)
        self.client = client
        self.rooms = {str(room.pk): room for room in rooms_for(client)}
        named = [(key, words.unit_name(room)) for key, room in self.rooms.items()]
        self.fields["where"].choices = [
            *named,
            (DESK, _("At the outlet, no room")),
            (OUTSIDE, _("Outside")),
        ]

    def clean(self):
        """A visit outside says where."""
        data = super().clean()
        if data.get("where") == OUTSIDE and not data.get("place", "").strip():
            self.add_error("place", _("Please say where outside."))
        return data

    @property
    def when_and_where(self) -> dict:
        """As the actions take it."""
        data = self.cleaned_data
        starts_at = clock.at_time(data["day"], data["start"])
        return {
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=data["minutes"]),
            "room": self.rooms.get(data["where"]),
            "place": data["place"] if data["where"] == OUTSIDE else "",
        }

    def room(self) -> Room | None:
        """The room that the form names now, sent or not."""
        return self.rooms.get(str(self["where"].value() or next(iter(self.rooms), "")))

    def unit(self) -> OrgUnit | None:
        """Whose hours the visit keeps to so far; None outside."""
        if self["where"].value() == OUTSIDE:
            return None
        room = self.room()
        return room.unit if room else self.client.outlet

    def wanted(self, name):
        """A field's value as a person has chosen it so far; its first value for nonsense."""
        field = self.fields[name]
        try:
            return field.clean(self[name].value())
        except forms.ValidationError:
            return self.get_initial_for_field(field, name)


class BookingForm(WhenForm):
    """A new visit of a client."""

    kind = forms.ChoiceField(
        label=_("What for"), choices=KINDS, initial=Kind.ADVICE, widget=forms.RadioSelect
    )
    guest = forms.ModelChoiceField(
        label=_("Comes along"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=_("nobody"),
    )
    purpose = forms.CharField(label=_("What about"), required=False, max_length=200)
    cash = forms.DecimalField(
        label=_("Cash to have ready"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("CNY, for large cash only."),
    )
    is_agreed = forms.BooleanField(label=_("The client has agreed"), required=False)

    def __init__(self, *args, client, on, **kwargs):
        super().__init__(*args, client=client, **kwargs)
        self.fields["guest"].queryset = guests(client, without=client.owner_id, on=on)
        self.fields["guest"].label_from_instance = words.plain_name

    def save(self, client, *, by, at):
        """Book it; None after a refusal, which then stands in the form."""
        data = self.cleaned_data
        guest = data["guest"]
        what = {name: data[name] for name in ("kind", "purpose", "cash", "is_agreed")}
        what |= {"staff": [guest] if guest else [], **self.when_and_where}
        try:
            return actions.book(client, **what, by=by, at=at)
        except RuleBroken as broken:
            refuse(self, broken)
            return None


class MoveForm(WhenForm, VersionedForm):
    """Another time or place of a visit."""

    def save(self, visit, *, by, at):
        """Move it; None after a refusal."""
        try:
            version = self.cleaned_data["version"]
            return actions.move(visit, **self.when_and_where, version=version, by=by, at=at)
        except RuleBroken as broken:
            refuse(self, broken)
            return None


class HoldForm(VersionedForm):
    """What was said on a visit, and the next step."""

    notes = forms.CharField(
        label=_("What was said"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    channel = forms.ChoiceField(
        label=_("Next step"), required=False, choices=[("", _("None yet")), *Channel.choices]
    )
    due_on = forms.DateField(label=_("Date"), required=False, widget=DayInput)
    from_time = forms.TimeField(label=_("Time"), required=False, widget=HourInput)
    next_purpose = forms.CharField(label=_("What about"), required=False, max_length=200)

    def clean(self):
        """A next step has a day."""
        data = super().clean()
        if data.get("channel") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Please say on which day."))
        return data

    @property
    def next_step(self) -> dict | None:
        """The follow-up to book, as the actions take it."""
        data = self.cleaned_data
        found = {name: data[name] for name in ("channel", "due_on", "from_time")}
        return {**found, "purpose": data["next_purpose"]} if data["channel"] else None

    def save(self, visit, *, by, at):
        """Close the visit as held; None after a refusal."""
        told = {"notes": self.cleaned_data["notes"], "next": self.next_step}
        return self.attempt(actions.hold, visit, **told, by=by, at=at)


class CancelForm(VersionedForm):
    """Why a visit is called off."""

    reason = forms.CharField(label=_("Why does it not take place?"), max_length=200)

    def save(self, visit, *, by, at):
        """Cancel it; None after a refusal."""
        reason = self.cleaned_data["reason"]
        return self.attempt(actions.cancel, visit, reason=reason, by=by, at=at)


def refuse(form, broken) -> None:
    """Show a refusal beside the fields that the actions know under other names."""
    names = {"starts_at": "start", "ends_at": "minutes", "room": "where", "staff": "guest"}
    fields = {names.get(name, name): text for name, text in broken.fields.items()}
    add_refusal(form, RuleBroken(str(broken), fields=fields))


def first_values(visit) -> dict:
    """The initial values of the form that moves a visit."""
    starts_at: datetime = clock.local(visit.starts_at)
    minutes = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    where = OUTSIDE if visit.place else str(visit.room_id or DESK)
    return {
        "day": starts_at.date(),
        "start": starts_at.time(),
        "minutes": minutes,
        "where": where,
        "place": visit.place,
        "version": visit.version,
    }
