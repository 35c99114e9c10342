"""What a list of appointments can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from clients.appointments.models import Appointment, Kind
from crm.lib.filtering import IdFilter, SpanFilter


class AppointmentFilter(django_filters.FilterSet):
    """By who takes part, client, room, kind, state, and when it begins."""

    staff = IdFilter(field_name="slots__staff_id", label=_("Who takes part"))
    client = IdFilter(field_name="client_id", label=_("Client"))
    room = IdFilter(field_name="room_id", label=_("Room"))
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=Appointment.State.choices, label=_("State"))
    between = SpanFilter(field_name="starts_at", label=_("Begins between"))

    class Meta:
        model = Appointment
        fields = ["staff", "client", "room", "kind", "state", "between"]
