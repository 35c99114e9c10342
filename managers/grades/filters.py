"""What assessments and the history of grades can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from crm.lib.filtering import IdFilter
from managers.grades.models import Assessment, Cycle
from managers.people.ladder import Grade
from managers.people.models import Posting


class AssessmentFilter(django_filters.FilterSet):
    """Assessments by person, cycle, grade held, and state."""

    staff = IdFilter(field_name="staff_id", label=_("person"))
    cycle = IdFilter(field_name="cycle_id", label=_("assessment cycle"))
    grade = django_filters.ChoiceFilter(choices=Grade.choices)
    state = django_filters.ChoiceFilter(choices=Assessment.State.choices)

    class Meta:
        model = Assessment
        fields = ["staff", "cycle", "grade", "state"]


class CycleFilter(django_filters.FilterSet):
    """Cycles of quarters or of years, from a day to a day."""

    kind = django_filters.ChoiceFilter(choices=Cycle.Kind.choices)
    since = django_filters.DateFilter(
        field_name="first", lookup_expr="gte", label=_("begins on or after")
    )
    until = django_filters.DateFilter(
        field_name="last", lookup_expr="lte", label=_("ends on or before")
    )

    class Meta:
        model = Cycle
        fields = ["kind", "since", "until"]


class GradeHistoryFilter(django_filters.FilterSet):
    """Places held by person and grade."""

    staff = IdFilter(field_name="staff_id", label=_("person"))
    grade = django_filters.ChoiceFilter(choices=Grade.choices)

    class Meta:
        model = Posting
        fields = ["staff", "grade"]
