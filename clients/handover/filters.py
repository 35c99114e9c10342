"""What a list of handovers can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from clients.handover.models import Handover
from crm.lib import clock
from crm.lib.filtering import IdFilter, YesNoFilter


class HandoverFilter(django_filters.FilterSet):
    """By state, by who sends and who receives, and whether the deadline is over."""

    state = django_filters.ChoiceFilter(choices=Handover.State.choices, label=_("state"))
    from_staff = IdFilter(field_name="from_staff_id", label=_("sender"))
    to_staff = IdFilter(field_name="to_staff_id", label=_("receiver"))
    overdue = YesNoFilter(method="keep_overdue", label=_("late"))

    class Meta:
        model = Handover
        fields = ["state", "from_staff", "to_staff", "overdue"]

    def keep_overdue(self, queryset, name, value):
        """Those whose stage lasts longer than it may, or all others (rules E5)."""
        late = queryset.overdue(clock.now())
        return late if value else queryset.exclude(pk__in=late.values("pk"))
