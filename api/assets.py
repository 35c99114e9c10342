"""What a client has, month by month, and what it means."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from clients.assets.queries import assets
from clients.models import Contribution, MonthAverage
from crm.lib import clock


class _Amount(serializers.DecimalField):
    def __init__(self, **kwargs):
        super().__init__(max_digits=18, decimal_places=2, **kwargs)


class MonthSerializer(serializers.ModelSerializer):
    """A finished month in CNY; `is_whole` tells that balances reach back to its first day."""

    average, closing = _Amount(help_text="Daily balances over calendar days."), _Amount()
    net_flow = _Amount(allow_null=True, help_text="Closing less that of the month before.")

    class Meta:
        model = MonthAverage
        fields = ["month", "average", "closing", "net_flow", "is_whole"]


class ContributionSerializer(serializers.ModelSerializer):
    """What the client brought the bank in a year, in CNY."""

    fees, margin, total = _Amount(), _Amount(), _Amount()

    class Meta:
        model = Contribution
        fields = ["year", "fees", "margin", "total"]


class AssetsSerializer(serializers.Serializer):
    """Assets in CNY: twelve months, the latest first, and the figures of the client's page."""

    months = MonthSerializer(many=True)
    flow = _Amount(allow_null=True, help_text="Of the running month.")
    contribution = ContributionSerializer(allow_null=True)
    products = serializers.IntegerField(help_text="Kinds of product that the client holds.")
    largest = serializers.CharField(help_text="Kind with the most assets; empty without any.")
    share = serializers.IntegerField(help_text="Whole percent of the assets in that kind.")
    foreseen = serializers.CharField(help_text="The next change of tier in words; may be empty.")


class AssetsAction:
    """Mix into the resource of clients."""

    @extend_schema(
        responses=AssetsSerializer,
        description="Month averages, net flows, contribution, spread and the tier foreseen.",
    )
    @action(detail=True)
    def assets(self, request, pk):
        client = self.get_object()
        self.log_reading(client)
        return Response(AssetsSerializer(assets(client, on=clock.today())).data)
