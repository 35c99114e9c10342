"""Reassignment plans: what becomes of the clients of somebody who goes."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.people import posted_staff
from api.views import ReadOnlyResource
from clients.models import PlanApproval, PlannedMove, ReassignmentPlan
from clients.reassignment import actions, proposing, queries, rules
from clients.reassignment.filters import PlanFilter
from clients.reassignment.tasks import work_plan
from crm import words
from crm.lib import clock
from managers.access.scopes import Group
from managers.models import Staff
from managers.people import scope


class ApprovalSerializer(serializers.ModelSerializer):
    """An outlet that the plan touches; `by` is the head who agreed, null before."""

    class Meta:
        model = PlanApproval
        fields = ["outlet", "gives", "by", "at"]


class PlanSerializer(serializers.ModelSerializer):
    """A plan and where it stands."""

    approvals = ApprovalSerializer(many=True, read_only=True)

    class Meta:
        model = ReassignmentPlan
        fields = [
            "id",
            "from_staff",
            "cause",
            "effective_on",
            "last_day",
            "deputy",
            "state",
            "created_by",
            "created_at",
            "began_at",
            "ended_at",
            "approvals",
            "version",
        ]


class PlanDetailSerializer(PlanSerializer):
    """A plan with its counts and what the caller may do."""

    counts = serializers.SerializerMethodField(help_text="Clients in all and by what became.")
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "counts", "allowed_actions"]

    def get_counts(self, plan) -> dict[str, int]:
        return queries.counts(plan)

    def get_allowed_actions(self, plan) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, plan, at=clock.now())


class NewPlanSerializer(serializers.Serializer):
    """Who goes, why and when; on leave also until when and who covers."""

    from_staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all())
    cause = serializers.ChoiceField(ReassignmentPlan.Cause.choices)
    effective_on = serializers.DateField()
    last_day = serializers.DateField(required=False)
    deputy = serializers.PrimaryKeyRelatedField(queryset=posted_staff(), required=False)
    elsewhere = serializers.BooleanField(default=False, help_text="Other outlets may receive.")


class MoveSerializer(serializers.ModelSerializer):
    """One client of the plan; `why` says why the client was not moved or not given back."""

    client_name = serializers.SerializerMethodField(help_text="Masked name.")
    tier = serializers.CharField(source="client.tier")
    why = serializers.CharField(help_text="Code; empty where all went as planned.")

    class Meta:
        model = PlannedMove
        fields = ["client", "client_name", "tier", "to", "reason", "is_chosen", "state", "why"]

    def get_client_name(self, move) -> str:
        return words.masked_name(move.client)


class BookEffectSerializer(serializers.Serializer):
    """What clients do to one book, in percent of capacity and hours of the next 30 days."""

    before = serializers.IntegerField(help_text="Percent of a full book now.")
    after = serializers.IntegerField(help_text="Percent of a full book then.")
    hours = serializers.IntegerField(help_text="Hours that the book asks for now.")
    hours_after = serializers.IntegerField(help_text="Hours that the book asks for then.")
    capacity = serializers.IntegerField(help_text="Hours that there are.")


class EffectSerializer(BookEffectSerializer):
    """What the plan does to one book."""

    staff = serializers.IntegerField(source="staff.pk")
    clients = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer):
    """All clients with their receivers, and what it does to the books."""

    effects = EffectSerializer(many=True)
    moves = MoveSerializer(many=True)


class ChooseSerializer(serializers.Serializer):
    """Clients of the plan, and the colleague who shall have them; null lets them stay."""

    clients = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=500)
    to = serializers.PrimaryKeyRelatedField(queryset=posted_staff(), allow_null=True)
    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Why all the same, where a rule asks for it (409, code `needs_reason`).",
    )


class SharesSerializer(serializers.Serializer):
    """Who may receive when the shares are made anew."""

    only = serializers.PrimaryKeyRelatedField(queryset=posted_staff(), many=True, required=False)
    elsewhere = serializers.BooleanField(default=False, help_text="Other outlets may receive.")


class SeenSerializer(serializers.Serializer):
    """The version of the plan that the caller has seen."""

    version = serializers.IntegerField(min_value=1, required=False)


@extend_schema_view(
    list=extend_schema(description="Plans that touch the outlets of the calling head."),
    retrieve=extend_schema(responses=PlanDetailSerializer, description="One plan."),
)
class PlanViewSet(ReadOnlyResource):
    """Plans: make, preview, change, agree, carry out, undo."""

    token_group = Group.RELAY
    model = ReassignmentPlan
    serializer_class = PlanSerializer
    detail_serializer_class = PlanDetailSerializer
    filterset_class = PlanFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        return queries.plans_of(self.request.user)

    @extend_schema(
        request=NewPlanSerializer,
        responses={201: PlanDetailSerializer},
        description="Plan for somebody who goes; each client has a suggested receiver.",
    )
    def create(self, request):
        allowed = scope.may(request.user, scope.Right.ASSIGN)
        self.refuse_unless(allowed, _("Only heads plan a reassignment."))
        given = self.read_input(NewPlanSerializer)
        plan = actions.draft(given.pop("from_staff"), **given, **self.act())
        return self.answer(plan, status=status.HTTP_201_CREATED)

    @extend_schema(
        responses=PreviewSerializer,
        description="Who gets whom and why, and what it does to each book.",
    )
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def preview(self, request, pk):
        plan = self.get_object()
        shown = {
            "effects": proposing.effects(plan, on=clock.today()) if plan.is_open else [],
            "moves": queries.moves_of(plan, request.user).order_by("client"),
        }
        return Response(PreviewSerializer(shown).data)

    @extend_schema(
        request=ChooseSerializer,
        responses=PlanDetailSerializer,
        description="Give clients of the plan to one colleague by hand.",
    )
    @action(detail=True, methods=["post"])
    def choose(self, request, pk):
        plan, given = self.get_object(), self.read_input(ChooseSerializer)
        moves = plan.moves.filter(client__in=given["clients"])
        return self.answer(
            actions.choose(plan, moves, to=given["to"], reason=given["reason"], **self.act())
        )

    @extend_schema(
        request=SharesSerializer,
        responses=PlanDetailSerializer,
        description="Share the clients out anew by capacity; what was chosen by hand stays.",
    )
    @action(detail=True, methods=["post"])
    def rebalance(self, request, pk):
        plan, given = self.get_object(), self.read_input(SharesSerializer)
        if "only" in given:
            given["only"] = [person.pk for person in given["only"]]
        return self.answer(actions.rebalance(plan, **given, **self.act()))

    @extend_schema(
        request=SeenSerializer,
        responses=PlanDetailSerializer,
        description="Ask the heads concerned to agree.",
    )
    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        return self._step(actions.submit)

    @extend_schema(
        request=SeenSerializer,
        responses=PlanDetailSerializer,
        description="Agree for the caller's outlets (rules E8).",
    )
    @action(detail=True, methods=["post"])
    def approve(self, request, pk):
        return self._step(actions.approve)

    @extend_schema(
        request=SeenSerializer,
        responses=PlanDetailSerializer,
        description="Refuse: it is a draft again.",
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request, pk):
        return self._step(actions.refuse)

    @extend_schema(
        request=SeenSerializer,
        responses=PlanDetailSerializer,
        description="Give the plan up before it began.",
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        return self._step(actions.cancel)

    @extend_schema(
        request=SeenSerializer,
        responses=PlanDetailSerializer,
        description="Let the worker begin now. 409 names who has begun and when.",
    )
    @action(detail=True, methods=["post"])
    def execute(self, request, pk):
        return self._step(actions.execute)

    @extend_schema(
        request=SeenSerializer,
        responses=PlanDetailSerializer,
        description="Take it back within a day; who was touched since stays.",
    )
    @action(detail=True, methods=["post"])
    def undo(self, request, pk):
        return self._step(actions.undo)

    def _step(self, step):
        plan, given = self.get_object(), self.read_input(SeenSerializer)
        done = step(plan, **given, **self.act())
        if done.is_at_work:
            work_plan.delay(done.pk)
        return self.answer(done)
