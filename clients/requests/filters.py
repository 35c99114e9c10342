"""What a list of clients' requests can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.followups.filters import owners
from clients.requests.models import ClientRequest
from crm.lib import clock
from crm.lib.filtering import DayFilter, IdFilter, YesNoFilter


class RequestFilter(django_filters.FilterSet):
    """By owner, client, state, promised day, and whether the promise has passed."""

    owner = django_filters.ModelChoiceFilter(
        queryset=owners,
        label=pgettext_lazy("request", "In charge"),
        empty_label=_("All colleagues"),
    )
    client = IdFilter(field_name="client_id", label=_("Client"))
    state = django_filters.ChoiceFilter(choices=ClientRequest.State.choices, label=_("State"))
    due_before = DayFilter(field_name="due_on", lookup_expr="lt", label=_("Promised before"))
    overdue = YesNoFilter(method="keep_overdue", label=_("Overdue"))

    class Meta:
        model = ClientRequest
        fields = ["owner", "client", "state", "due_before", "overdue"]

    def keep_overdue(self, queryset, name, value):
        """Open ones whose promised moment has passed, or all others."""
        late = queryset.overdue(clock.now())
        return late if value else queryset.exclude(pk__in=late.values("pk"))
