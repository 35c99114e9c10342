"""Sales from the recommendation to the yes, and benefits."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.views import ReadOnlyResource
from clients.models import BenefitGrant, BenefitUse, Disclosure, SaleRecord, SuitabilityCheck
from clients.sales import actions, rules
from clients.sales.filters import GrantFilter, SaleFilter
from clients.sales.forms import RECORDING
from crm.lib import clock
from crm.lib.money import MAX_DIGITS
from managers.access.scopes import Group

_MONEY = {"max_digits": MAX_DIGITS, "decimal_places": 2}


class SaleSerializer(serializers.ModelSerializer):
    """A sale; `disclosure_version` is what the client was shown, `recording` proves the yes."""

    amount = serializers.DecimalField(**_MONEY, read_only=True)
    disclosure_version = serializers.IntegerField(
        source="disclosure.version", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = SaleRecord
        fields = [
            "id",
            "client",
            "product",
            "staff",
            "suitability_check",
            "amount",
            "state",
            "recommended_at",
            "disclosure_version",
            "disclosed_at",
            "confirmed_at",
            "recording",
            "holding",
            "cancelled_at",
            "cancel_reason",
            "version",
        ]


class SaleDetailSerializer(SaleSerializer):
    """A sale, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(SaleSerializer.Meta):
        fields = [*SaleSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, sale) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, sale, on=clock.today())


class OwnCheckField(serializers.PrimaryKeyRelatedField):
    """A check that a body may name: of a client whose file the caller may open."""

    def __init__(self, **kwargs):
        super().__init__(queryset=SuitabilityCheck.objects.all(), **kwargs)

    def get_queryset(self):
        rows = SuitabilityCheck.objects.visible_to(self.context["request"].user)
        return rows.select_related("client", "product", "assessment")


class NewSaleSerializer(serializers.Serializer):
    """A check that said yes, and the amount in CNY."""

    suitability_check = OwnCheckField()
    amount = serializers.DecimalField(**_MONEY)


class DiscloseSerializer(serializers.Serializer):
    """The disclosure that the client was shown."""

    disclosure = serializers.PrimaryKeyRelatedField(queryset=Disclosure.objects.all())


class ConfirmSerializer(serializers.Serializer):
    """The client's yes and where it was recorded."""

    recording = serializers.CharField(max_length=60, validators=[RECORDING])
    client_agrees = serializers.BooleanField()


class EndSaleSerializer(serializers.Serializer):
    """Why the sale ends."""

    reason = serializers.CharField(max_length=200)


class GrantSerializer(serializers.ModelSerializer):
    """A benefit of a client in a year; `left` is never below zero."""

    benefit = serializers.CharField(source="benefit.code", read_only=True)
    left = serializers.IntegerField(read_only=True)

    class Meta:
        model = BenefitGrant
        fields = ["id", "client", "benefit", "year", "quota", "used", "left", "expires_on"]


class UseSerializer(serializers.ModelSerializer):
    """One use of a benefit: the day, and what it was for."""

    class Meta:
        model = BenefitUse
        fields = ["day", "note"]


@extend_schema_view(
    list=extend_schema(description="Sales to the clients whose file the caller may open."),
    retrieve=extend_schema(responses=SaleDetailSerializer, description="One sale."),
)
class SaleRecordViewSet(ReadOnlyResource):
    """Sales: recommend, disclose, confirm, cancel."""

    token_group = Group.SALES
    model = SaleRecord
    serializer_class = SaleSerializer
    detail_serializer_class = SaleDetailSerializer
    filterset_class = SaleFilter

    def visible(self):
        return SaleRecord.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewSaleSerializer,
        responses={201: SaleDetailSerializer},
        description="Recommend what a check found suitable. 409 when it said no or holds no more.",
        examples=[
            OpenApiExample(
                "A recommendation",
                value={"suitability_check": 5, "amount": "120000.00"},
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewSaleSerializer)
        made = actions.recommend(given["suitability_check"], amount=given["amount"], **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=DiscloseSerializer,
        responses=SaleDetailSerializer,
        description="The client was shown this disclosure; 409 when there is a newer one.",
    )
    @action(detail=True, methods=["post"])
    def disclose(self, request, pk):
        sale = self.get_object()
        shown = self.read_input(DiscloseSerializer)["disclosure"]
        return self.answer(actions.disclose(sale, shown=shown, **self.act()))

    @extend_schema(
        request=ConfirmSerializer,
        responses=SaleDetailSerializer,
        description="The client said yes, and it was recorded; the product joins the holdings.",
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk):
        sale = self.get_object()
        given = self.read_input(ConfirmSerializer)
        return self.answer(actions.confirm(sale, **given, **self.act()))

    @extend_schema(
        request=EndSaleSerializer,
        responses=SaleDetailSerializer,
        description=(
            "End it with a reason. After the yes the holding and the points are undone; 409 once "
            "the money is out of the product."
        ),
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        sale = self.get_object()
        reason = self.read_input(EndSaleSerializer)["reason"]
        return self.answer(actions.cancel(sale, reason=reason, **self.act()))


@extend_schema_view(
    list=extend_schema(description="Benefits of the clients whose file the caller may open."),
    retrieve=extend_schema(description="One grant."),
)
class BenefitGrantViewSet(ReadOnlyResource):
    """Benefit grants: quota a year, used and left."""

    token_group = Group.SALES
    model = BenefitGrant
    serializer_class = GrantSerializer
    filterset_class = GrantFilter

    def visible(self):
        return BenefitGrant.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=UseSerializer,
        responses=GrantSerializer,
        description="Book one use for a day. 409 when nothing is left.",
        examples=[OpenApiExample("A booking", value={"day": "2026-12-05"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def use(self, request, pk):
        grant = self.get_object()
        actions.use(grant, **self.read_input(UseSerializer), **self.act())
        return self.answer(grant)
