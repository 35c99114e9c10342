"""Referrals: from whoever recognised a client to the RM who answers."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.clients import KnownClientField
from api.people import posted_staff
from api.suggestions import AskablesAction
from api.views import ReadOnlyResource
from clients.lobby import actions as referrals
from clients.lobby import rules as referral_rules
from clients.lobby.filters import ReferralFilter
from clients.lobby.models import Cue, Source
from clients.models import Hop, Referral
from crm import words
from managers.access.scopes import Group
from managers.people import scope


class ReferralSerializer(serializers.ModelSerializer):
    """A recognised client and the RM who answers; the name is masked for all but the RM's file."""

    client_name = serializers.SerializerMethodField(help_text="Masked name.")
    org_unit = serializers.IntegerField(source="outlet_id", help_text="The outlet.")

    class Meta:
        model = Referral
        fields = [
            "id",
            "client",
            "client_name",
            "org_unit",
            "source",
            "referrer",
            "recommended_by",
            "target",
            "cues",
            "note",
            "on_site",
            "state",
            "made_at",
            "asked_at",
            "answer_by",
            "answered_at",
            "decline_reason",
            "settled_at",
        ]

    def get_client_name(self, referral) -> str:
        return words.masked_name(referral.client)


class HopSerializer(serializers.ModelSerializer):
    """A colleague who was asked: when, until when, and what came of it."""

    class Meta:
        model = Hop
        fields = ["asked", "is_head", "why", "asked_at", "until", "outcome", "ended_at", "reason"]


class ReferralDetailSerializer(ReferralSerializer):
    """A referral, with everybody who was asked and what the caller may do."""

    hops = HopSerializer(many=True, read_only=True)
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(ReferralSerializer.Meta):
        fields = [*ReferralSerializer.Meta.fields, "hops", "allowed_actions"]

    def get_allowed_actions(self, referral) -> list[str]:
        return referral_rules.allowed_actions(self.context["request"].user, referral)


class NewReferralSerializer(serializers.Serializer):
    """An existing client by id, as the look-up gave it, or a newcomer by name and phone."""

    client = KnownClientField(required=False, help_text="From `clients/lookup/`.")
    name = serializers.CharField(max_length=120, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    target = serializers.PrimaryKeyRelatedField(queryset=posted_staff())
    cues = serializers.ListField(
        child=serializers.ChoiceField(Cue.choices), max_length=6, default=list
    )
    on_site = serializers.BooleanField(default=True)
    note = serializers.CharField(max_length=300, required=False)
    source = serializers.ChoiceField(
        Source.choices, required=False, help_text="Colleague or client; else the caller's own post."
    )
    recommended_by = KnownClientField(required=False, help_text="The client who recommends.")

    def validate(self, given):
        newcomer = "name" in given or "phone" in given
        if ("client" in given) == newcomer:
            raise serializers.ValidationError(_("Give a client, or the name of a newcomer."))
        if newcomer and not given.get("name"):
            raise serializers.ValidationError({"name": [_("A newcomer needs a name.")]})
        if newcomer and not given.get("phone"):
            raise serializers.ValidationError({"phone": [_("A newcomer needs a phone number.")]})
        return given


class PlaceSerializer(serializers.Serializer):
    """Who takes the client."""

    to = serializers.PrimaryKeyRelatedField(queryset=posted_staff())


class DeclineSerializer(serializers.Serializer):
    """Why not."""

    reason = serializers.CharField(max_length=200)


@extend_schema_view(
    list=extend_schema(description="What the caller referred or has to answer; a head's outlets."),
    retrieve=extend_schema(responses=ReferralDetailSerializer, description="One referral."),
)
class ReferralViewSet(AskablesAction, ReadOnlyResource):
    """Referrals: make, accept, decline; a head places, the RM says what it came to."""

    token_group = Group.RELAY
    model = Referral
    serializer_class = ReferralSerializer
    detail_serializer_class = ReferralDetailSerializer
    filterset_class = ReferralFilter
    orderings = {"-made_at": ("-made_at", "-pk"), "answer_by": ("answer_by", "pk")}

    def visible(self):
        return Referral.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewReferralSerializer,
        responses={201: ReferralDetailSerializer},
        description="Refer a client, or a newcomer who becomes a prospect in the outlet's pool.",
        examples=[
            OpenApiExample(
                "A newcomer",
                value={
                    "name": "王小明",
                    "phone": "13800138000",
                    "target": 11,
                    "cues": ["wealth_enquiry"],
                },
                request_only=True,
            )
        ],
    )
    def create(self, request):
        allowed = scope.may(request.user, scope.Right.REFER)
        self.refuse_unless(allowed, _("Your post does not refer clients."))
        given = self.read_input(NewReferralSerializer)
        if client := given.pop("client", None):
            made = referrals.refer(client, **given, **self.act())
        else:
            outlet = request.user.current_unit
            made = referrals.refer_newcomer(outlet=outlet, **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=None,
        responses=ReferralDetailSerializer,
        description="Take the client. 409 when it was answered, or the client has an owner.",
    )
    @action(detail=True, methods=["post"])
    def accept(self, request, pk):
        return self.answer(referrals.accept(self.get_object(), **self.act()))

    @extend_schema(
        request=DeclineSerializer,
        responses=ReferralDetailSerializer,
        description="Say no with a reason. While the client waits the next is asked (rules D4).",
    )
    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        referral = self.get_object()
        reason = self.read_input(DeclineSerializer)["reason"]
        return self.answer(referrals.decline(referral, reason=reason, **self.act()))

    @extend_schema(
        request=PlaceSerializer,
        responses=ReferralDetailSerializer,
        description="A head gives the client to an RM. 409 when it was answered meanwhile.",
    )
    @action(detail=True, methods=["post"])
    def place(self, request, pk):
        referral = self.get_object()
        to = self.read_input(PlaceSerializer)["to"]
        return self.answer(referrals.place(referral, to=to, **self.act()))

    @extend_schema(
        request=None,
        responses=ReferralDetailSerializer,
        description="It bore fruit: a valid contact or a sale since (rules D4). 409 where none is.",
    )
    @action(detail=True, methods=["post"])
    def convert(self, request, pk):
        return self.answer(referrals.convert(self.get_object(), **self.act()))
