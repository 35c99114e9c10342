"""What lists of prospects and of lead lists can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from clients.appointments.filters import AppointmentFilter
from clients.book.filters import ClientFilter
from clients.prospecting.models import LeadList, Stage
from crm.lib import clock
from crm.lib.filtering import DayFilter, IdFilter, YesNoFilter


class ProspectFilter(ClientFilter):
    """As clients, and by stage, lead list, and whether a next step is dated."""

    state = None  # they are prospects, all of them
    stage = django_filters.ChoiceFilter(choices=Stage.choices, label=_("Stage"))
    lead_list = IdFilter(field_name="lead__lead_list_id", label=_("Lead list"))
    without_step = YesNoFilter(method="keep_forgotten", label=_("no next step"))

    def keep_forgotten(self, queryset, name, value):
        """Those for whom nothing is booked, or all others."""
        nothing = {"next_due_at__gte": clock.SOMEDAY}
        return queryset.filter(**nothing) if value else queryset.exclude(**nothing)


class LeadListFilter(django_filters.FilterSet):
    """By who gave it to whom, outlet, due day, and whether that day is yet to come."""

    given_to = IdFilter(field_name="given_to_id", label=_("Marketing RM"))
    given_by = IdFilter(field_name="given_by_id", label=_("sender"))
    org_unit = IdFilter(field_name="unit_id", label=_("outlet"))
    due_before = DayFilter(field_name="due_on", lookup_expr="lt", label=_("Due before"))
    open = YesNoFilter(method="keep_open", label=_("Due day"))

    class Meta:
        model = LeadList
        fields = ["given_to", "given_by", "org_unit", "due_before", "open"]

    def keep_open(self, queryset, name, value):
        """Those that are due today or later, or all others."""
        ahead = {"due_on__gte": clock.today()}
        return queryset.filter(**ahead) if value else queryset.exclude(**ahead)


class VisitFilter(AppointmentFilter):
    """As appointments, and by the day; a visit outside has no room."""

    room = None
    day = DayFilter(method="keep_day", label=_("Date"))

    def keep_day(self, queryset, name, value):
        """Those that begin on this day."""
        return queryset.on(value)
