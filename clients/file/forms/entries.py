"""The lines of a client's file, as people type them."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.file import actions
from clients.file.forms.rows import InRows
from clients.file.models import (
    Consent,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Preferences,
    Relative,
)
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.pages import add_refusal
from crm.widgets import DayInput, HourInput

WEEKDAYS = (
    (1, _("Mon")),
    (2, _("Tue")),
    (3, _("Wed")),
    (4, _("Thu")),
    (5, _("Fri")),
    (6, _("Sat")),
    (7, _("Sun")),
)


class EntryForm(InRows, forms.ModelForm):
    """A line of the file, with the version that the person saw; `theirs` is what it says now."""

    nothing = _("Not said")  # what an optional choice says where none was made

    seen = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.theirs: dict = {}
        self.fields["seen"].initial = self.instance.version if self.instance.pk else 0
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
            if isinstance(field, forms.TypedChoiceField):
                self._name_nothing(field)

    def _name_nothing(self, field):
        (value, _dashes), *rest = field.choices
        if value == "":
            field.choices = [("", _("Please choose") if field.required else self.nothing), *rest]

    @property
    def values(self) -> dict:
        """What was typed, by the names of the columns."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def save(self, client, *, by, at):
        """Write it; None after a refusal, which then stands in the form."""
        return self._attempt(self._write, client, by=by, at=at)

    def remove(self, *, by, at) -> bool:
        """Take the line out as the person saw it; False after a refusal, which then stands here."""
        seen = self.cleaned_data.get("seen")
        return bool(self._attempt(_removed, self.instance, version=seen, by=by, at=at))

    def _attempt(self, write, *what, **who):
        try:
            return write(*what, **who)
        except RuleBroken as broken:
            add_refusal(self, broken)
            if isinstance(broken, Stale):
                self._look_again()
            return None

    def _write(self, client, *, by, at):
        if not self.instance.pk:
            return actions.add(client, self._meta.model, by=by, at=at, **self.values)
        seen = self.cleaned_data["seen"]
        return actions.change(self.instance, version=seen, by=by, at=at, **self.values)

    def _look_again(self):
        """What the file says now stands beside the same text, which may be sent once more."""
        now = self._meta.model.objects.filter(**self._key()).first()
        if now is None:
            return
        other = type(self)(instance=now)
        self.theirs = {
            str(self.fields[name].label): other.said(name)
            for name in self._meta.fields
            if getattr(now, name) != self.cleaned_data.get(name)
        }
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = now.version

    def _key(self) -> dict:
        return {"pk": self.instance.pk}

    def said(self, name: str) -> str:
        """A column as people read it."""
        value = getattr(self.instance, name)
        words = getattr(self.instance, f"get_{name}_display", None)
        if isinstance(value, list):
            days = dict(WEEKDAYS)
            return ", ".join(str(days[day]) for day in value)
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        return str(words() if words else value if value is not None else "") or "–"


class PreferencesForm(EntryForm):
    """How and when to reach the client, and what to talk about."""

    hours: ClassVar = {"from_time": "to_time", "quiet_from": "quiet_to"}
    pairs: ClassVar = {"first": "then", **hours}

    days = forms.TypedMultipleChoiceField(
        label=_("Best days"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Preferences
        fields = [
            *("first", "then", "speaks", "days"),
            *("from_time", "to_time", "quiet_from", "quiet_to"),
            *("topics", "likes", "avoid"),
        ]
        widgets = dict.fromkeys(("from_time", "to_time", "quiet_from", "quiet_to"), HourInput)
        labels = {
            "speaks": _("Rather speaks"),
            "from_time": _("Best time from"),
            "to_time": _("Until"),
            "quiet_from": _("Never call from"),
            "quiet_to": _("Until"),
        }

    def clean(self):
        """Two hours or none, in their order."""
        data = super().clean()
        for first, last in self.hours.items():
            begins, ends = data.get(first), data.get(last)
            if bool(begins) != bool(ends):
                self.add_error(last, _("Please give both hours, or none."))
            elif begins and ends <= begins:
                self.add_error(last, _("The time ends before it begins."))
        return data

    def _write(self, client, *, by, at):
        seen = self.cleaned_data["seen"] or 0
        return actions.keep_preferences(client, version=seen, by=by, at=at, **self.values)

    def _key(self):
        return {"client": self.instance.client_id}


class DateForm(EntryForm):
    """A day that returns each year."""

    pairs: ClassVar = {"kind": "whose", "month": "day", "calendar": "is_leap_month"}

    month = forms.IntegerField(label=_("Month"), min_value=1, max_value=12)
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31)
    year = forms.IntegerField(
        label=_("Year, if known"), min_value=1900, max_value=2100, required=False
    )

    class Meta:
        model = ImportantDate
        fields = ["kind", "whose", "label", "month", "day", "calendar", "is_leap_month", "year"]

    def clean(self):
        """Only the lunar calendar has leap months."""
        data = super().clean()
        if data.get("is_leap_month") and data.get("calendar") != ImportantDate.Calendar.LUNAR:
            self.add_error("is_leap_month", _("Only the lunar calendar has leap months."))
        return data


class EventForm(EntryForm):
    """Something that changes what the client needs."""

    pairs: ClassVar = {"kind": "whose"}

    class Meta:
        model = LifeEvent
        fields = ["kind", "whose", "happens_on", "note"]
        widgets = {"happens_on": DayInput}


class RelativeForm(EntryForm):
    """Somebody close to the client who is not a client."""

    pairs: ClassVar = {"relation": "name"}

    class Meta:
        model = Relative
        fields = ["relation", "name", "note", "decides", "purpose"]
        help_texts = {"name": _("Only if the client told it.")}


class OutsideForm(EntryForm):
    """What the client has elsewhere and told us."""

    pairs: ClassVar = {"amount": "told_on"}

    amount = forms.DecimalField(
        label=_("Amount, CNY"), min_value=0, max_digits=16, decimal_places=2, required=False
    )

    class Meta:
        model = OutsideHolding
        fields = ["what", "amount", "told_on", "purpose"]
        widgets = {"told_on": DayInput}

    def clean_told_on(self):
        """Told until today."""
        return _not_later(self.cleaned_data["told_on"])


class ConsentForm(EntryForm):
    """What the client allows, and where that can be looked up."""

    nothing = _("Any way")
    pairs: ClassVar = {"purpose": "channel"}

    class Meta:
        model = Consent
        fields = ["purpose", "channel", "given_on", "evidence"]
        widgets = {"given_on": DayInput}
        help_texts = {"channel": ""}

    def clean_given_on(self):
        """Given until today."""
        return _not_later(self.cleaned_data["given_on"])


class WithdrawalForm(EntryForm):
    """The day on which a client took a consent back."""

    withdrawn_on = forms.DateField(label=_("Withdrawn on"), widget=DayInput)

    class Meta:
        model = Consent
        fields = ["withdrawn_on"]

    def clean_withdrawn_on(self):
        """Between the day it was given and today."""
        day = _not_later(self.cleaned_data["withdrawn_on"])
        if day < self.instance.given_on:
            raise ValidationError(_("It was given later than that."))
        return day


def _removed(row, **seen) -> bool:
    actions.remove(row, **seen)
    return True


def _not_later(day):
    if day > clock.today():
        raise ValidationError(_("This day has not come yet."))
    return day
