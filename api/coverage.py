"""Coverage of the contact standard, and whom nobody spoke to in time (rules F13)."""

from dataclasses import replace
from datetime import datetime

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api.months import MonthSerializer
from api.views import Resource
from clients.coverage import rules
from clients.coverage.filters import UncoveredFilter
from clients.coverage.queries import coverage, trend, uncovered
from clients.models import Ownership
from crm.lib import clock
from managers.access.scopes import Group
from managers.people import scope
from managers.people.scope import Right


class ShareSerializer(serializers.Serializer):
    """How many clients had their contact in time; percent is rounded down."""

    covered = serializers.IntegerField()
    clients = serializers.IntegerField()
    missing = serializers.IntegerField()
    percent = serializers.IntegerField()


class UnitShareSerializer(ShareSerializer):
    """The share of a person or an outlet."""

    id = serializers.IntegerField(source="key.pk")


class TierShareSerializer(ShareSerializer):
    """The share of a tier."""

    tier = serializers.CharField(source="key.value")


class MonthShareSerializer(ShareSerializer):
    """The share on the last day of a month."""

    day = serializers.DateField(source="key")


class CoverageSerializer(serializers.Serializer):
    """The share of a day, whole and by RM, outlet and tier of then, and of the months before."""

    on = serializers.DateField()
    whole = ShareSerializer()
    by_owner = UnitShareSerializer(many=True)
    by_outlet = UnitShareSerializer(many=True)
    by_tier = TierShareSerializer(many=True)
    trend = MonthShareSerializer(many=True)


class CoverageView(APIView):
    """Whether the contact standard is kept."""

    token_group = Group.WORK

    @extend_schema(
        operation_id="coverage_retrieve",
        parameters=[MonthSerializer],
        responses=CoverageSerializer,
        description="Coverage of a month's last day, or of today; of one's own book, for heads "
        "of their outlets. The trend ends with today.",
    )
    def get(self, request):
        scope.require(request.user, Right.FOLLOW_UP)
        on = _day(request)
        found = coverage(request.user, on=on)
        months = [replace(share, key=day) for day, share in trend(request.user, on=clock.today())]
        parts = {"by_owner": found.by_owner, "by_outlet": found.by_outlet, "by_tier": found.by_tier}
        body = {"on": on, "whole": found.whole, **parts, "trend": months}
        return Response(CoverageSerializer(body).data)


class UncoveredSerializer(serializers.ModelSerializer):
    """A client without a contact in time, with owner, outlet, tier and state of the day."""

    outlet = serializers.IntegerField(source="outlet_then")
    tier = serializers.CharField(source="tier_then")
    state = serializers.CharField(source="state_then")
    last_contact_at = serializers.SerializerMethodField(
        help_text="The last valid contact up to the day; null for none."
    )

    class Meta:
        model = Ownership
        fields = ["client", "owner", "outlet", "tier", "state", "last_contact_at"]

    def get_last_contact_at(self, row) -> datetime | None:
        return None if row.last_then == clock.NEVER else row.last_then


class MonthFilter(UncoveredFilter):
    """By owner, outlet, tier and state of the last day of a month."""

    month = django_filters.CharFilter(method="of_month", label=_("As 2026-10; today without it."))

    def of_month(self, rows, _name, _month):
        """The view has begun with the rows of that day."""
        return rows


@extend_schema_view(
    list=extend_schema(
        description="Clients whom nobody spoke to in time, on the last day of a month or today; "
        "those whom the caller may see today.",
    )
)
class UncoveredViewSet(mixins.ListModelMixin, Resource):
    """The clients behind what is missing from a share."""

    token_group = Group.WORK
    model = Ownership
    serializer_class = UncoveredSerializer
    filterset_class = MonthFilter
    orderings = {"last_contact_at": ("last_then", "pk")}

    def visible(self):
        scope.require(self.request.user, Right.FOLLOW_UP)
        return uncovered(self.request.user, on=_day(self.request))


def _day(request):
    """The last day of the month that the address names; today without one."""
    given = MonthSerializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    return rules.last_day(given.validated_data.get("month", ""), today=clock.today())
