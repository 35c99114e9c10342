"""What lists of plans and of their rows can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm.lib.filtering import IdFilter, YesNoFilter


class PlanFilter(filters.FilterSet):
    """Plans by who goes and where they stand."""

    from_staff = IdFilter(label=_("RM who goes"))
    state = filters.ChoiceFilter(choices=ReassignmentPlan.State.choices)

    class Meta:
        model = ReassignmentPlan
        fields = ["from_staff", "state"]


class MoveFilter(filters.FilterSet):
    """Rows of one plan by receiver and result."""

    to = IdFilter()
    nobody = YesNoFilter(field_name="to", lookup_expr="isnull")
    state = filters.ChoiceFilter(choices=PlannedMove.State.choices)

    class Meta:
        model = PlannedMove
        fields = ["to", "nobody", "state"]
