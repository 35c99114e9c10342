"""Programmes of clients: contacts with offsets, such as the first months."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.clients import OwnClientField
from api.views import ReadOnlyResource
from clients.followups import actions
from clients.followups.filters import ProgrammeFilter
from clients.models import ProgrammeRun, ProgrammeStep
from crm.lib.errors import RuleBroken
from managers.access.scopes import Group


class ProgrammeStepSerializer(serializers.ModelSerializer):
    """One contact of a programme; passed once it was made, missed or taken back."""

    class Meta:
        model = ProgrammeStep
        fields = ["number", "due_on", "channel", "purpose", "passed_at"]


class ProgrammeSerializer(serializers.ModelSerializer):
    """A programme that goes on with a client, or went on, with its steps."""

    steps = ProgrammeStepSerializer(many=True, read_only=True)

    class Meta:
        model = ProgrammeRun
        fields = ["id", "client", "code", "name", "state", "started_on", "ended_at", "steps"]


class NewProgrammeSerializer(serializers.ModelSerializer):
    """Whom, and which programme."""

    client = OwnClientField()

    class Meta:
        model = ProgrammeRun
        fields = ["client", "code"]


class MoveStepSerializer(serializers.Serializer):
    """Which step, to which day, and whether the later ones go along."""

    number = serializers.IntegerField(min_value=1)
    to = serializers.DateField()
    with_later = serializers.BooleanField(default=True)


@extend_schema_view(
    list=extend_schema(description="Programmes of the clients whose file the caller may open."),
    retrieve=extend_schema(description="One programme."),
)
class ProgrammeViewSet(ReadOnlyResource):
    """Programmes: begin, move a step, call off."""

    token_group = Group.WORK
    model = ProgrammeRun
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter
    orderings = {"-started_on": ("-started_on", "-pk"), "started_on": ("started_on", "pk")}

    def visible(self):
        rows = ProgrammeRun.objects.visible_to(self.request.user)
        return rows.select_related("client").prefetch_related("steps")

    @extend_schema(
        request=NewProgrammeSerializer,
        responses={201: ProgrammeSerializer},
        description="Begin a programme. 409 while another goes on with the client.",
    )
    def create(self, request):
        given = self.read_input(NewProgrammeSerializer)
        made = actions.begin(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=MoveStepSerializer,
        responses=ProgrammeSerializer,
        description="Move a step that is still to come, with the later ones if asked.",
    )
    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        given, run = self.read_input(MoveStepSerializer), self.get_object()
        step = run.steps.filter(number=given.pop("number")).select_related("run").first()
        if step is None:
            raise RuleBroken(_("There is no such step."))
        actions.move_step(step, **given, **self.act())
        return self.answer(run)

    @extend_schema(
        request=None,
        responses=ProgrammeSerializer,
        description="End it; the client is contacted by the standard from now on.",
    )
    @action(detail=True, methods=["post"], url_path="call-off")
    def call_off(self, request, pk):
        return self.answer(actions.call_off(self.get_object(), **self.act()))
