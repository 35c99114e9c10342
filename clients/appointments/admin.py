"""The administrator's tables of VIP rooms and of opening hours."""

from django import forms
from django.contrib import admin
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from clients.appointments import actions
from clients.appointments.models import Room
from crm.lib import clock
from managers.people.admin import AdministratorsOnly, Appended
from managers.people.models import OpeningHours


@admin.register(Room)
class RoomAdmin(AdministratorsOnly):
    list_display = ["name", "latin_name", "unit", "seats", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["unit"]
    search_fields = ["name", "latin_name", "unit__name"]
    autocomplete_fields = ["unit"]

    def get_readonly_fields(self, request, obj=None):
        """A room stays where its visits were."""
        return ["unit"] if obj else []


class OpeningHoursForm(forms.ModelForm):
    """Hours of one outlet from a day on; nobody may be received for a while."""

    days = forms.TypedMultipleChoiceField(
        label=_("Open on"),
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
        initial=[1, 2, 3, 4, 5],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice it is closed. Never on holidays."),
    )

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < clock.today():
            raise forms.ValidationError(_("This day is over already."))
        return day


@admin.register(OpeningHours)
class OpeningHoursAdmin(Appended):
    form = OpeningHoursForm
    fields = ["unit", "valid_from", "valid_until", "days", "opens_at", "closes_at", "reason"]
    list_display = [
        *("unit", "valid_from", "valid_until", "weekdays", "opens_at", "closes_at"),
        *("reason", "set_by"),
    ]
    list_filter = ["unit__kind"]
    list_select_related = ["unit", "set_by"]
    search_fields = ["unit__code", "unit__name", "unit__latin_name"]
    autocomplete_fields = ["unit"]

    def write(self, data, *, by, at):
        return actions.set_hours(OpeningHours(**data), by=by, at=at)

    @admin.display(description=_("open on"))
    def weekdays(self, row):
        """The days in words."""
        return ", ".join(str(WEEKDAYS[day - 1]) for day in row.days) or pgettext("outlet", "closed")
