"""The catalogue, what clients answered about risk, and whether a product suits."""

from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers, status

from api.clients import OwnClientField
from api.views import ReadOnlyResource
from clients.models import Disclosure, Product, ProductQuestion, RiskAssessment, SuitabilityCheck
from clients.sales import actions, rules
from clients.sales.filters import AssessmentFilter, CheckFilter, ProductFilter
from crm.lib.money import MAX_DIGITS
from managers.access.scopes import Group
from managers.people import scope
from managers.people.scope import Right

_MONEY = {"max_digits": MAX_DIGITS, "decimal_places": 2}


class QuestionSerializer(serializers.ModelSerializer):
    """What clients ask, and the right answer."""

    class Meta:
        model = ProductQuestion
        fields = ["question", "answer"]


class DisclosureSerializer(serializers.ModelSerializer):
    """What clients are told, in one version."""

    class Meta:
        model = Disclosure
        fields = ["id", "version", "text"]


class ProductSerializer(serializers.ModelSerializer):
    """Something the bank sells; `risk` is the higher of the issuer's and our own."""

    minimum = serializers.DecimalField(**_MONEY, read_only=True)
    risk = serializers.IntegerField(read_only=True, help_text="1 to 5: R1 to R5.")

    class Meta:
        model = Product
        fields = [
            "id",
            "code",
            "name",
            "latin_name",
            "category",
            "issuer",
            "risk",
            "fees",
            "terms",
            "months",
            "minimum",
            "on_sale_from",
            "on_sale_until",
            "fallback",
        ]


class ProductDetailSerializer(ProductSerializer):
    """A product, with its questions and the disclosure of today."""

    questions = QuestionSerializer(many=True, read_only=True)
    disclosure = serializers.SerializerMethodField(help_text="What clients are told; or null.")

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "questions", "disclosure"]

    @extend_schema_field(DisclosureSerializer(allow_null=True))
    def get_disclosure(self, product):
        found = product.disclosures.order_by("-version").first()
        return DisclosureSerializer(found).data if found else None


class AssessmentSerializer(serializers.ModelSerializer):
    """What a client answered about risk; valid through `valid_until`."""

    client = OwnClientField()

    class Meta:
        model = RiskAssessment
        fields = ["id", "client", "level", "answered_on", "valid_until", "place", "paper"]
        read_only_fields = ["valid_until"]


class NewAssessmentSerializer(serializers.ModelSerializer):
    """Answers to keep; `own_answers` attests that the client answered alone."""

    client = OwnClientField()

    class Meta:
        model = RiskAssessment
        fields = ["client", "level", "answered_on", "place", "paper", "own_answers"]
        extra_kwargs = {"own_answers": {"required": True}}
        validators = []  # the action says which questionnaire is there already


class CheckSerializer(serializers.ModelSerializer):
    """Whether a product suited a client on a day; `reasons` say why not."""

    reasons = serializers.SerializerMethodField(help_text="Codes; empty where it suits.")
    sentences = serializers.SerializerMethodField(help_text="The reasons in words.")

    class Meta:
        model = SuitabilityCheck
        fields = [
            "id",
            "client",
            "product",
            "staff",
            "level",
            "risk",
            "is_suitable",
            "reasons",
            "sentences",
            "checked_at",
        ]

    def get_reasons(self, check) -> list[str]:
        return check.reasons

    def get_sentences(self, check) -> list[str]:
        return rules.sentences(check)


class NewCheckSerializer(serializers.Serializer):
    """Client and product; for insurance also the need and the means."""

    client = OwnClientField()
    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects.all())
    need = serializers.BooleanField(required=False)
    affordable = serializers.BooleanField(required=False)


@extend_schema_view(
    list=extend_schema(description="The catalogue, for whoever keeps or oversees clients."),
    retrieve=extend_schema(
        responses=ProductDetailSerializer, description="A product with questions and disclosure."
    ),
)
class ProductViewSet(ReadOnlyResource):
    """Products."""

    token_group = Group.SALES
    model = Product
    serializer_class = ProductSerializer
    detail_serializer_class = ProductDetailSerializer
    filterset_class = ProductFilter
    orderings = {"id": ("pk",), "code": ("code", "pk")}

    def visible(self):
        allowed = scope.may(self.request.user, Right.VIEW_FILE)
        return Product.objects.all() if allowed else Product.objects.none()


@extend_schema_view(
    list=extend_schema(description="Assessments of the clients whose file the caller may open."),
    retrieve=extend_schema(description="One assessment."),
)
class RiskAssessmentViewSet(ReadOnlyResource):
    """Risk assessments: what clients answered."""

    token_group = Group.SALES
    model = RiskAssessment
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter

    def visible(self):
        return RiskAssessment.objects.visible_to(self.request.user)

    @extend_schema(
        request=NewAssessmentSerializer,
        responses={201: AssessmentSerializer},
        description="Keep what the client answered alone. 409 for answers of anybody else.",
        examples=[
            OpenApiExample(
                "Answered at the terminal",
                value={
                    "client": 17,
                    "level": 3,
                    "answered_on": "2026-11-23",
                    "place": "terminal",
                    "paper": "RA-2026-0418",
                    "own_answers": True,
                },
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewAssessmentSerializer)
        made = actions.assess(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)


@extend_schema_view(
    list=extend_schema(description="Checks for the clients whose file the caller may open."),
    retrieve=extend_schema(description="One check."),
)
class SuitabilityCheckViewSet(ReadOnlyResource):
    """Suitability checks: may this client be offered this product by me."""

    token_group = Group.SALES
    model = SuitabilityCheck
    serializer_class = CheckSerializer
    filterset_class = CheckFilter

    def visible(self):
        rows = SuitabilityCheck.objects.visible_to(self.request.user)
        return rows.select_related("product", "assessment")

    @extend_schema(
        request=NewCheckSerializer,
        responses={201: CheckSerializer},
        description="Check and keep the answer, yes or no; a no names its reasons.",
        examples=[OpenApiExample("A check", value={"client": 17, "product": 4}, request_only=True)],
    )
    def create(self, request):
        given = self.read_input(NewCheckSerializer)
        made = actions.check(given.pop("client"), given.pop("product"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)
