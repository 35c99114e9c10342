"""What a list of clients can be narrowed by; pages and API share it."""

from datetime import date

import django_filters as filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from clients.book.models import Client, State, Tag, Tier
from clients.book.queries import matching
from crm.lib import clock
from crm.lib.filtering import DayFilter, YesNoFilter
from crm.lib.marks import PARAMETER, text_of
from crm.lib.money import MAX_DIGITS
from managers.people.models import OrgUnit, Staff

_AMOUNT = {"field_name": "aum", "decimal_places": 2, "max_digits": MAX_DIGITS}
# Beyond these a moment cannot be told in UTC.
_DAY = {"validators": [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2200, 1, 1))]}


def _tags(request):
    """The tags that a person may narrow a list by."""
    return Tag.objects.none() if request is None else Tag.objects.visible_to(request.user)


def asked_for(person, query) -> QueryDict:
    """The filters of an address, which carries what was searched for as the person's mark."""
    asked = query.copy()
    asked.pop("search", None)  # nobody's name or phone belongs in an address
    if text := text_of(person, query.get(PARAMETER, "")):
        asked["search"] = text
    return asked


class ChoiceInFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """One or more codes with commas between them: `tier=diamond,private`."""


class ClientFilter(filters.FilterSet):
    """Clients by what was typed, owner, outlet, tier, state, assets, contact and follow-up."""

    search = filters.CharFilter(method="filter_search", label=_("Name, number or phone"))
    owner = filters.ModelChoiceFilter(queryset=Staff.objects.all(), label=_("RM"))
    org_unit = filters.ModelChoiceFilter(
        queryset=OrgUnit.objects.all(), method="filter_unit", label=_("Outlet")
    )
    tier = ChoiceInFilter(choices=Tier.choices, label=_("Tier"))
    state = ChoiceInFilter(choices=State.choices, label=_("State"))
    min_aum = filters.NumberFilter(lookup_expr="gte", label=_("Assets from"), **_AMOUNT)
    max_aum = filters.NumberFilter(lookup_expr="lte", label=_("Assets to"), **_AMOUNT)
    last_contact_before = DayFilter(
        method="filter_last_contact", label=_("Last contact before"), **_DAY
    )
    next_due_before = DayFilter(method="filter_next_due", label=_("Follow-up due before"), **_DAY)
    watch = YesNoFilter(field_name="is_watched", label=_("Watch"))
    tag = filters.ModelChoiceFilter(queryset=_tags, method="filter_tag", label=_("Tag"))
    unassigned = YesNoFilter(
        field_name="pool", lookup_expr="isnull", exclude=True, label=_("Without an RM")
    )

    class Meta:
        model = Client
        fields = []

    def filter_search(self, queryset, name, text):
        """As the search box: name, pinyin, initials, number, phone."""
        return queryset.filter(matching(text))

    @extend_schema_field(int)
    def filter_tag(self, queryset, name, tag):
        """Clients with the tag."""
        return queryset.filter(taggings__tag=tag)

    @extend_schema_field(int)
    def filter_unit(self, queryset, name, unit):
        """Clients of the unit and of all outlets below it."""
        return queryset.filter(outlet__in=OrgUnit.objects.within(unit))

    def filter_last_contact(self, queryset, name, day):
        """No valid contact since the beginning of the day; never counts."""
        return queryset.filter(last_contact_at__lt=clock.start_of_day(day))

    def filter_next_due(self, queryset, name, day):
        """An open follow-up is due before the day begins."""
        return queryset.filter(next_due_at__lt=clock.start_of_day(day))
