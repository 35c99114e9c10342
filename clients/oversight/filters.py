"""What audit and access log can be narrowed by; numbers are those that people know."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import Client
from clients.oversight.queries import streams_of
from clients.oversight.vocabulary import ACTS, THINGS
from crm.lib import clock
from managers.audit.models import Access, AccessEvent, AuditEvent
from managers.people.models import OrgUnit


class _Log(filters.FilterSet):
    """By person, client and days, both ends included."""

    actor = filters.CharFilter(
        field_name="actor__employee_no", max_length=20, label=_("Staff number")
    )
    client = filters.CharFilter(method="filter_client", max_length=40, label=_("Client number"))
    between = filters.DateFromToRangeFilter(method="filter_between", label=_("Days"))

    def filter_client(self, queryset, name, number):
        """The client of this number; nobody's if there is none."""
        return queryset.filter(client_id__in=Client.objects.filter(number=number).values("pk"))

    def filter_between(self, queryset, name, days):
        """From the beginning of the first day to the end of the last."""
        if days.start:
            queryset = queryset.filter(at__gte=clock.start_of_day(days.start.date()))
        if days.stop:
            queryset = queryset.filter(at__lte=clock.end_of_day(days.stop.date()))
        return queryset


class AuditFilter(_Log):
    """Also by thing, act, and the unit of whoever acted, with all below it."""

    thing = filters.ChoiceFilter(
        choices=lambda: list(THINGS.items()),
        method="filter_thing",
        label=_("Thing"),
        empty_label=_("Everything"),
    )
    act = filters.ChoiceFilter(
        choices=lambda: list(ACTS.items()),
        method="filter_act",
        label=pgettext_lazy("act", "Act"),
        empty_label=_("Every act"),
    )
    unit = filters.ModelChoiceFilter(
        queryset=OrgUnit.objects.all(),
        method="filter_unit",
        label=_("Unit"),
        empty_label=_("Every unit"),
    )

    class Meta:
        model = AuditEvent
        fields = []

    def filter_thing(self, queryset, name, thing):
        """Everything that happened to one kind of thing."""
        return queryset.filter(verb__startswith=f"{thing}.")

    def filter_act(self, queryset, name, act):
        """One act, whatever it was done to."""
        return queryset.filter(verb__in=[f"{thing}.{act}" for thing in THINGS])

    def filter_unit(self, queryset, name, unit):
        """The streams of the unit and of all below it."""
        return queryset.filter(stream__in=streams_of(unit))


class AccessFilter(_Log):
    """Also by what was done; a person without oversight has only their own lines."""

    verb = filters.ChoiceFilter(
        choices=Access.choices, label=pgettext_lazy("act", "What"), empty_label=_("Everything")
    )

    class Meta:
        model = AccessEvent
        fields = []
