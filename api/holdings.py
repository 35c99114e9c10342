"""What clients hold, and who belongs together."""

import django_filters as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from api.views import ReadOnlyResource
from clients.book.models import Category
from clients.models import Holding, Household, Member
from crm.lib.filtering import DayFilter, IdFilter
from managers.access.scopes import Group


class HoldingSerializer(serializers.ModelSerializer):
    """A product of a client; `amount` is in `currency`, null where the source names none.

    `redeemed_on` is the day on which the money was taken out before its maturity.
    """

    amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)

    class Meta:
        model = Holding
        fields = [
            "id",
            "client",
            "category",
            "name",
            "amount",
            "currency",
            "opened_on",
            "matures_on",
            "redeemed_on",
            "is_open",
        ]


class HoldingFilter(filters.FilterSet):
    """Holdings of a client, of a kind, or maturing before a day."""

    client = IdFilter(field_name="client_id")
    product_category = filters.ChoiceFilter(field_name="category", choices=Category.choices)
    matures_before = DayFilter(field_name="matures_on", lookup_expr="lt")

    class Meta:
        model = Holding
        fields = ["client", "product_category", "matures_before"]


@extend_schema_view(
    list=extend_schema(description="Holdings of the clients whose file the caller may open."),
    retrieve=extend_schema(description="One holding."),
)
class HoldingViewSet(ReadOnlyResource):
    """Holdings."""

    token_group = Group.CLIENTS
    model = Holding
    serializer_class = HoldingSerializer
    filterset_class = HoldingFilter
    orderings = {"id": ("pk",)}

    def visible(self):
        return Holding.objects.visible_to(self.request.user)


class MemberSerializer(serializers.ModelSerializer):
    """A client's place in the household."""

    class Meta:
        model = Member
        fields = ["client", "relation", "decides"]


class HouseholdSerializer(serializers.ModelSerializer):
    """A household, with the members whose file the caller may open."""

    members = serializers.SerializerMethodField(help_text="Members whom the caller may see.")

    class Meta:
        model = Household
        fields = ["id", "members"]

    @extend_schema_field(MemberSerializer(many=True))
    def get_members(self, household):
        return MemberSerializer(household.seen_members, many=True).data


class HouseholdFilter(filters.FilterSet):
    """The household of a client."""

    client = IdFilter(field_name="members__client_id")

    class Meta:
        model = Household
        fields = ["client"]


@extend_schema_view(
    list=extend_schema(description="Households with a member whose file the caller may open."),
    retrieve=extend_schema(description="One household."),
)
class HouseholdViewSet(ReadOnlyResource):
    """Households."""

    token_group = Group.CLIENTS
    model = Household
    serializer_class = HouseholdSerializer
    filterset_class = HouseholdFilter
    orderings = {"id": ("pk",)}

    def visible(self):
        return Household.objects.visible_to(self.request.user)
