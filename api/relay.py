"""The relay: referrals and handovers."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.clients import KnownClientField, OwnClientField
from api.concurrency import check_match
from api.people import posted_staff
from api.views import ReadOnlyResource
from clients.handover import actions as handovers
from clients.handover import rules as handover_rules
from clients.handover.filters import HandoverFilter
from clients.handover.models import Item, ReturnReason
from clients.lobby import actions as referrals
from clients.lobby import rules as referral_rules
from clients.lobby.filters import ReferralFilter
from clients.lobby.models import Cue
from clients.models import Client, Handover, Referral
from crm import words
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
            "target",
            "cues",
            "note",
            "on_site",
            "state",
            "made_at",
            "answer_by",
            "answered_at",
            "decline_reason",
        ]

    def get_client_name(self, referral) -> str:
        return words.masked_name(referral.client)


class ReferralDetailSerializer(ReferralSerializer):
    """A referral, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(ReferralSerializer.Meta):
        fields = [*ReferralSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, referral) -> list[str]:
        return referral_rules.allowed_actions(self.context["request"].user, referral)


class NewReferralSerializer(serializers.Serializer):
    """An existing client by id, as the look-up gave it, or a newcomer by name and phone."""

    client = KnownClientField(required=False, help_text="From `clients/lookup/`.")
    name = serializers.CharField(max_length=120, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    target = serializers.PrimaryKeyRelatedField(queryset=posted_staff())
    cues = serializers.ListField(child=serializers.ChoiceField(Cue.choices), max_length=6)
    on_site = serializers.BooleanField(default=True)
    note = serializers.CharField(max_length=300, required=False)

    def validate(self, given):
        if ("client" in given) == ("name" in given):
            raise serializers.ValidationError(_("Give a client, or the name of a newcomer."))
        if "name" in given and not given.get("phone"):
            raise serializers.ValidationError({"phone": [_("A newcomer needs a phone number.")]})
        return given


class DeclineSerializer(serializers.Serializer):
    """Why not."""

    reason = serializers.CharField(max_length=200)


@extend_schema_view(
    list=extend_schema(description="What the caller referred or has to answer; a head's outlets."),
    retrieve=extend_schema(responses=ReferralDetailSerializer, description="One referral."),
)
class ReferralViewSet(ReadOnlyResource):
    """Referrals: make, accept, decline."""

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
        description="Send it back with a reason; the client stays in the outlet's pool.",
    )
    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        referral = self.get_object()
        reason = self.read_input(DeclineSerializer)["reason"]
        return self.answer(referrals.decline(referral, reason=reason, **self.act()))


class FileSerializer(serializers.Serializer):
    """Text for each of the ten items; what is not named stays as it is."""

    def get_fields(self):
        return {
            item.value: serializers.CharField(max_length=1000, required=False, allow_blank=True)
            for item in Item
        }


class HandoverSerializer(serializers.ModelSerializer):
    """A handover; `file` is empty for who may not open the client's file."""

    client_name = serializers.SerializerMethodField(help_text="Masked name.")
    file = serializers.SerializerMethodField(help_text="Text for each of the ten items.")
    filled = serializers.IntegerField(help_text="How many of the ten items are filled.")
    due_at = serializers.SerializerMethodField(help_text="Deadline of the present stage.")

    class Meta:
        model = Handover
        fields = [
            "id",
            "client",
            "client_name",
            "from_staff",
            "to_staff",
            "file",
            "filled",
            "state",
            "due_at",
            "submitted_at",
            "accepted_at",
            "introduced_at",
            "closed_at",
            "return_reason",
            "return_note",
            "returns",
            "version",
        ]

    def get_client_name(self, handover) -> str:
        return words.masked_name(handover.client)

    def get_file(self, handover) -> dict[str, str]:
        return handover.file if handover.client_id in self.context["readable"] else {}

    def get_due_at(self, handover) -> str | None:
        return handover.due.isoformat() if handover.due else None


class HandoverDetailSerializer(HandoverSerializer):
    """A handover, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(HandoverSerializer.Meta):
        fields = [*HandoverSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, handover) -> list[str]:
        return handover_rules.allowed_actions(self.context["request"].user, handover)


class NewHandoverSerializer(serializers.Serializer):
    """Whose client goes to whom."""

    client = OwnClientField()
    to_staff = serializers.PrimaryKeyRelatedField(queryset=posted_staff())
    file = FileSerializer(required=False)


class ReturnSerializer(serializers.Serializer):
    """Why the file goes back."""

    reason = serializers.ChoiceField(ReturnReason.choices)
    note = serializers.CharField(max_length=300, required=False)


@extend_schema_view(
    list=extend_schema(description="Handovers that the caller sent or received; a head's outlets."),
    retrieve=extend_schema(responses=HandoverDetailSerializer, description="One handover."),
)
class HandoverViewSet(ReadOnlyResource):
    """Handovers: draft, fill, submit, accept, return, introduce, withdraw."""

    model = Handover
    serializer_class = HandoverSerializer
    detail_serializer_class = HandoverDetailSerializer
    filterset_class = HandoverFilter
    orderings = {"-created_at": ("-created_at", "-pk"), "due_at": ("due_at", "pk")}

    def visible(self):
        return Handover.objects.visible_to(self.request.user).for_list()

    def get_serializer_context(self):
        """Which of the caller's handovers belong to a file that the caller may open."""
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            mine = self.visible().order_by().values("client")
            files = Client.objects.visible_to(self.request.user).filter(pk__in=mine)
            context["readable"] = set(files.values_list("pk", flat=True))
        return context

    @extend_schema(
        request=NewHandoverSerializer,
        responses={201: HandoverDetailSerializer},
        description="Begin the handover of one's own prospect to a wealth RM.",
    )
    def create(self, request):
        given = self.read_input(NewHandoverSerializer)
        made = handovers.draft(given["client"], to=given["to_staff"], **self.act())
        if given.get("file"):
            made = handovers.save_file(made, file=given["file"], **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=FileSerializer,
        responses=HandoverDetailSerializer,
        description="Fill items of the file. Needs If-Match: 428 without, 412 when stale.",
    )
    def partial_update(self, request, pk):
        handover = self.get_object()
        allowed = handover_rules.may_send(request.user, handover)
        self.refuse_unless(allowed, _("Only the sender fills the file."))
        check_match(request, handover)
        file = self.read_input(FileSerializer)
        return self.answer(handovers.save_file(handover, file=file, **self.act()))

    @extend_schema(
        request=None,
        responses=HandoverDetailSerializer,
        description="Send the complete file to the receiver (rules E3). 409 names what is missing.",
    )
    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        return self.answer(handovers.submit(self.get_object(), **self.act()))

    @extend_schema(
        request=None, responses=HandoverDetailSerializer, description="Take the file as complete."
    )
    @action(detail=True, methods=["post"])
    def accept(self, request, pk):
        return self.answer(handovers.accept(self.get_object(), **self.act()))

    @extend_schema(
        request=ReturnSerializer,
        responses=HandoverDetailSerializer,
        description="Send the file back with a reason (rules E4).",
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request, pk):
        handover = self.get_object()
        given = self.read_input(ReturnSerializer)
        return self.answer(handovers.return_(handover, **given, **self.act()))

    @extend_schema(
        request=None,
        responses=HandoverDetailSerializer,
        description="Both have met the client: now the client is the receiver's (rules E6).",
    )
    @action(detail=True, methods=["post"])
    def introduce(self, request, pk):
        return self.answer(handovers.introduce(self.get_object(), **self.act()))

    @extend_schema(
        request=None,
        responses=HandoverDetailSerializer,
        description="Take it back before it is accepted.",
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        return self.answer(handovers.withdraw(self.get_object(), **self.act()))
