"""What a list of referrals can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from clients.lobby.models import Referral, Source
from crm.lib import clock
from crm.lib.filtering import IdFilter, YesNoFilter


class ReferralFilter(django_filters.FilterSet):
    """By state, source, target, outlet, and whether the answer is late."""

    state = django_filters.ChoiceFilter(choices=Referral.State.choices, label=_("state"))
    source = django_filters.ChoiceFilter(choices=Source.choices, label=_("source"))
    target = IdFilter(field_name="target_id", label=_("RM"))
    org_unit = IdFilter(field_name="outlet_id", label=_("outlet"))
    overdue = YesNoFilter(method="keep_overdue", label=_("late"))

    class Meta:
        model = Referral
        fields = ["state", "source", "target", "org_unit", "overdue"]

    def keep_overdue(self, queryset, name, value):
        """Those that wait longer than their deadline, or all others."""
        late = queryset.overdue(clock.now())
        return late if value else queryset.exclude(pk__in=late.values("pk"))
