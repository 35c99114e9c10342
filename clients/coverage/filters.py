"""How the list behind a share is narrowed, by what was true on its day."""

import django_filters
from django.utils.translation import gettext_lazy as _

from clients.book.models import Ownership, State, Tier
from crm.lib.filtering import IdFilter


class UncoveredFilter(django_filters.FilterSet):
    """By owner, outlet, tier and state of then."""

    owner = IdFilter(field_name="owner_id", label=_("RM"))
    outlet = IdFilter(field_name="outlet_then", label=_("outlet"))
    tier = django_filters.ChoiceFilter("tier_then", choices=Tier.choices, label=_("tier"))
    state = django_filters.ChoiceFilter("state_then", choices=State.choices, label=_("state"))

    class Meta:
        model = Ownership
        fields = ["owner", "outlet", "tier", "state"]
