"""Filters of units and people."""

import django_filters as filters
from drf_spectacular.utils import extend_schema_field

from crm.lib import clock
from crm.lib.filtering import DayFilter, YesNoFilter
from managers.people.ladder import Grade
from managers.people.models import OrgUnit, Post, Posting, Staff, UnitKind


class OrgUnitFilter(filters.FilterSet):
    """Units by kind, parent, or the tree that they stand in."""

    kind = filters.ChoiceFilter(choices=UnitKind.choices)
    parent = filters.ModelChoiceFilter(queryset=OrgUnit.objects.all())
    within = filters.ModelChoiceFilter(queryset=OrgUnit.objects.all(), method="filter_within")

    class Meta:
        model = OrgUnit
        fields = ["kind", "parent", "within"]

    @extend_schema_field(int)
    def filter_within(self, queryset, name, unit):
        """The unit and all below it."""
        return queryset.within(unit)


class StaffFilter(filters.FilterSet):
    """People by today's post, unit and grade, and by presence on a day."""

    post = filters.ChoiceFilter(choices=Post.choices, method="filter_code")
    org_unit = filters.ModelChoiceFilter(queryset=OrgUnit.objects.all(), method="filter_unit")
    grade = filters.ChoiceFilter(choices=Grade.choices, method="filter_code")
    is_active = YesNoFilter()
    present_on = DayFilter(method="filter_present_on")

    class Meta:
        model = Staff
        fields = ["post", "org_unit", "grade", "is_active", "present_on"]

    def filter_code(self, queryset, name, code: str):
        """People whose posting of today has this post or grade."""
        held = Posting.objects.on(clock.today()).filter(**{name: code})
        return queryset.filter(pk__in=held.values("staff"))

    @extend_schema_field(int)
    def filter_unit(self, queryset, name, unit):
        """People who work in the unit today."""
        return queryset.in_units([unit], clock.today())

    def filter_present_on(self, queryset, name, day):
        """People who are not away on the day."""
        return queryset.present(day)
