"""Prospects: how far each is won, what the first visit told; and lists of leads with a quota."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.clients import ClientSerializer
from api.followups import NextStepSerializer
from api.people import posted_staff
from api.views import ReadOnlyResource
from clients.models import Client, FirstVisit, LeadList
from clients.prospecting import actions, queries, rules
from clients.prospecting.filters import LeadListFilter, ProspectFilter
from clients.prospecting.models import LARGEST_QUOTA, Stage
from crm.lib import clock
from managers.access.scopes import Group


class ProspectSerializer(ClientSerializer):
    """A prospect, by the client's id: the stage, since when, and why it was lost."""

    stage = serializers.ChoiceField(Stage.choices, help_text="How far the prospect is won.")
    stage_since = serializers.DateTimeField(help_text="Since when.")
    lost_reason = serializers.CharField(
        source="lead.lost_reason", default="", help_text="Why no interest; empty before."
    )
    lead_list = serializers.IntegerField(
        source="lead.lead_list_id", default=None, allow_null=True, help_text="Null for none."
    )

    class Meta:
        model = Client
        fields = [
            "id",
            "number",
            "name",
            "pinyin",
            "sex",
            "org_unit",
            "owner",
            "phone",
            "stage",
            "stage_since",
            "lost_reason",
            "lead_list",
            "last_contact_at",
            "next_due_at",
            "do_not_contact",
            "version",
        ]


class FirstVisitSerializer(serializers.ModelSerializer):
    """What the prospect told on the first visit; the file of the handover begins with it."""

    class Meta:
        model = FirstVisit
        fields = ["recorded_by", "met_on", *FirstVisit.WORDS]


class ProspectDetailSerializer(ProspectSerializer):
    """A prospect, with the record of the first visit and what the caller may do."""

    first_visit = FirstVisitSerializer(
        read_only=True, allow_null=True, default=None, help_text="Null before it is recorded."
    )
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(ProspectSerializer.Meta):
        fields = [*ProspectSerializer.Meta.fields, "first_visit", "allowed_actions"]

    def get_allowed_actions(self, client) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, client, on=clock.today())


class OwnListField(serializers.PrimaryKeyRelatedField):
    """A lead list that a body may name: one that the caller sees."""

    def __init__(self, **kwargs):
        super().__init__(queryset=LeadList.objects.all(), **kwargs)

    def get_queryset(self):
        return LeadList.objects.visible_to(self.context["request"].user)


class AdvanceSerializer(serializers.Serializer):
    """How far the prospect is now, and what comes next; who is lost needs a reason instead."""

    stage = serializers.ChoiceField(Stage.choices)
    next = NextStepSerializer(
        required=False, allow_null=True, help_text="Needed where nothing is booked yet."
    )
    reason = serializers.CharField(max_length=200, required=False, help_text="Why no interest.")
    lead_list = OwnListField(required=False, allow_null=True, help_text="Where they came from.")


class RecordVisitSerializer(serializers.ModelSerializer):
    """The day of the first visit and what was told; what is not named stays as it is."""

    class Meta:
        model = FirstVisit
        fields = ["met_on", *FirstVisit.WORDS]


class StageCountSerializer(serializers.Serializer):
    """One stage of the pipeline in figures."""

    stage = serializers.ChoiceField(Stage.choices)
    count = serializers.IntegerField()
    oldest = serializers.IntegerField(help_text="Days of who is in this stage the longest.")
    without_step = serializers.IntegerField(help_text="How many have no next step.")


class PipelineSerializer(serializers.Serializer):
    """Every stage, in working order."""

    stages = StageCountSerializer(many=True)


@extend_schema_view(
    list=extend_schema(description="Prospects whose file the caller may open."),
    retrieve=extend_schema(
        responses=ProspectDetailSerializer,
        description="One prospect; 404 once a client. A new one is opened by POST `clients/`.",
    ),
)
class ProspectViewSet(ReadOnlyResource):
    """Prospects: follow them through the stages, record what the first visit told."""

    token_group = Group.CLIENTS
    model = Client
    serializer_class = ProspectSerializer
    detail_serializer_class = ProspectDetailSerializer
    filterset_class = ProspectFilter
    orderings = {
        "stage_since": ("stage_since", "pk"),
        "-stage_since": ("-stage_since", "-pk"),
        "next_due_at": ("next_due_at", "pk"),
        "name": ("joined_pinyin", "pk"),
    }

    def visible(self):
        return queries.prospects_of(self.request.user).select_related("first_visit")

    @extend_schema(
        responses=PipelineSerializer,
        description="The pipeline of the caller's prospects in figures.",
    )
    @action(detail=False, methods=["get"], filterset_class=None, pagination_class=None)
    def pipeline(self, request):
        found = queries.stages(self.visible(), on=clock.today())
        return Response(PipelineSerializer({"stages": found}).data)

    @extend_schema(
        request=AdvanceSerializer,
        responses=ProspectDetailSerializer,
        description="Say how far the prospect is. 409 without a dated next step (rules E10).",
        examples=[
            OpenApiExample(
                "Spoken with",
                value={
                    "stage": "contacted",
                    "next": {"channel": "visit", "due_on": "2026-11-26"},
                    "lead_list": 4,
                },
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    def advance(self, request, pk):
        client, given = self.get_object(), self.read_input(AdvanceSerializer)
        next_step = given.pop("next", None)
        actions.advance(client, next_step=next_step, **given, **self.act())
        return self.answer(client)

    @extend_schema(
        request=RecordVisitSerializer,
        responses=ProspectDetailSerializer,
        description="Keep what the first visit told; 409 for a day that has not come yet.",
        examples=[
            OpenApiExample(
                "Met at the fair",
                value={"met_on": "2026-11-20", "needs": "A house in 2028"},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"], url_path="record-visit", url_name="record-visit")
    def record_visit(self, request, pk):
        client, given = self.get_object(), self.read_input(RecordVisitSerializer)
        actions.record_first_visit(client, **given, **self.act())
        return self.answer(client)


class LeadListSerializer(serializers.ModelSerializer):
    """So many prospects from one source by a day: asked by whom of whom, and what came of it."""

    org_unit = serializers.IntegerField(source="unit_id", help_text="The outlet.")
    brought = serializers.IntegerField(help_text="Prospects of this list.")
    worked = serializers.IntegerField(help_text="Those of them that are no longer new.")

    class Meta:
        model = LeadList
        fields = [
            "id",
            "name",
            "org_unit",
            "given_by",
            "given_to",
            "quota",
            "due_on",
            "given_at",
            "brought",
            "worked",
        ]


class NewLeadListSerializer(serializers.Serializer):
    """Whom a head asks for how many prospects, from where, by when."""

    to = serializers.PrimaryKeyRelatedField(queryset=posted_staff(), help_text="A marketing RM.")
    name = serializers.CharField(max_length=80, help_text="Where from; no names of clients.")
    quota = serializers.IntegerField(min_value=1, max_value=LARGEST_QUOTA)
    due_on = serializers.DateField()


@extend_schema_view(
    list=extend_schema(description="Lists that the caller was given or gave; a head's outlets."),
    retrieve=extend_schema(description="One lead list."),
)
class LeadListViewSet(ReadOnlyResource):
    """Lead lists: give one to a marketing RM, see what it has brought."""

    token_group = Group.WORK
    model = LeadList
    serializer_class = LeadListSerializer
    filterset_class = LeadListFilter
    orderings = {"due_on": ("due_on", "pk"), "-given_at": ("-given_at", "-pk")}

    def visible(self):
        return LeadList.objects.visible_to(self.request.user).with_progress()

    @extend_schema(
        request=NewLeadListSerializer,
        responses={201: LeadListSerializer},
        description="Ask a marketing RM of the caller's outlets for prospects (rules E10).",
        examples=[
            OpenApiExample(
                "A fair",
                value={"to": 12, "name": "Spring fair", "quota": 20, "due_on": "2026-12-20"},
                request_only=True,
            )
        ],
    )
    def create(self, request):
        allowed = rules.may_give_leads(request.user)
        self.refuse_unless(allowed, _("Heads give lists of leads."))
        given = self.read_input(NewLeadListSerializer)
        made = actions.give_list(**given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)
