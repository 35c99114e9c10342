"""Assessment cycles: the rules they keep, and how they would look under other thresholds."""

from dataclasses import replace

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from api.views import ReadOnlyResource
from managers.access.scopes import Group
from managers.grades import actions, criteria, queries
from managers.grades.filters import CycleFilter
from managers.grades.forms import MOST_PERCENT
from managers.grades.models import Cycle
from managers.grades.proposing import WAYS, Thresholds
from managers.people import scope
from managers.people.ladder import Grade
from managers.people.scope import Right

_SCORE = {"max_digits": 5, "decimal_places": 2, "max_value": 150, "required": False}


class CycleSerializer(serializers.ModelSerializer):
    """A quarter or a year in which everybody of the sequence is assessed (rules B2)."""

    rules = serializers.JSONField(read_only=True, help_text="Settings `ladder.` of its last day.")
    filled_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When all were proposed; null while it waits."
    )

    class Meta:
        model = Cycle
        fields = ["id", "kind", "first", "last", "rules", "opened_by", "opened_at", "filled_at"]


class CycleInputSerializer(serializers.Serializer):
    """Which period is assessed; it is over."""

    kind = serializers.ChoiceField(Cycle.Kind.choices)
    first = serializers.DateField(help_text="First day of the quarter or the year.")


class ThresholdsSerializer(serializers.Serializer):
    """What is tried; what is left out is as the cycle has it."""

    up = serializers.DecimalField(min_value=1, help_text="Score for a step up.", **_SCORE)
    hold = serializers.DecimalField(min_value=0, help_text="Score to keep the place.", **_SCORE)
    low = serializers.IntegerField(
        min_value=1, max_value=8, required=False, help_text="Low quarters that cost a step."
    )

    def get_fields(self):
        percent = {"min_value": 0, "max_value": MOST_PERCENT, "required": False}
        asked = {
            code: serializers.IntegerField(help_text="Percent of what grades ask of it.", **percent)
            for code in criteria.codes()
        }
        return super().get_fields() | asked


class MovesSerializer(serializers.Serializer):
    """How many people would move which way."""

    up = serializers.IntegerField()
    hold = serializers.IntegerField()
    down = serializers.IntegerField()


class DifferenceSerializer(serializers.Serializer):
    """Somebody who would be proposed otherwise; the assessment has what was proposed."""

    assessment = serializers.IntegerField()
    staff = serializers.IntegerField()
    to_grade = serializers.ChoiceField(Grade.choices)
    to_step = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(many=False)
class SimulationSerializer(serializers.Serializer):
    """The same frozen evidence under other thresholds; nothing is kept."""

    before = MovesSerializer(help_text="As the rules were.")
    then = MovesSerializer(help_text="With these thresholds.")
    differing = DifferenceSerializer(many=True)


@extend_schema_view(
    list=extend_schema(description="Cycles that assessed the caller or the people below; or all."),
    retrieve=extend_schema(description="One of them."),
)
class CycleViewSet(ReadOnlyResource):
    """Assessment cycles (rules B2)."""

    model = Cycle
    token_group = Group.PEOPLE
    serializer_class = CycleSerializer
    filterset_class = CycleFilter
    orderings = {"-last": ("-last", "-pk"), "last": ("last", "pk")}

    def visible(self):
        return Cycle.objects.visible_to(self.request.user)

    @extend_schema(
        request=CycleInputSerializer,
        responses={201: CycleSerializer},
        description="Open a cycle of a period that is over; its proposals follow within a minute.",
    )
    def create(self, request):
        scope.require(request.user, Right.DECIDE_GRADE)
        made = actions.open_cycle(**self.read_input(CycleInputSerializer), **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[ThresholdsSerializer],
        responses=SimulationSerializer,
        filters=False,
        description="What the cycle would propose under other thresholds; for head office.",
    )
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def simulation(self, request, pk):
        cycle = self.get_object()
        scope.require(request.user, Right.DECIDE_GRADE)
        typed = self._thresholds()
        tried = {name: typed[name] for name in ("up", "hold") if name in typed}
        tried |= {"low_running": typed["low"]} if "low" in typed else {}
        asked = {code: typed[code] for code in criteria.codes() if code in typed}
        trial = queries.simulate(cycle, replace(Thresholds.of(cycle.rules), **tried), asked=asked)
        return Response(SimulationSerializer(_told(trial)).data)

    def _thresholds(self) -> dict:
        given = ThresholdsSerializer(data=self.request.query_params.dict())
        if unknown := set(self.request.query_params) - set(given.fields):
            raise ValidationError({name: [_("There is no such threshold.")] for name in unknown})
        given.is_valid(raise_exception=True)
        return given.validated_data


def _told(trial) -> dict:
    return {
        "before": {way: trial.before.get(way, 0) for way in WAYS},
        "then": {way: trial.then.get(way, 0) for way in WAYS},
        "differing": [
            {
                "assessment": one.pk,
                "staff": one.staff_id,
                "to_grade": tried.grade.value,
                "to_step": tried.step,
                "reasons": tried.reasons,
            }
            for one, tried in trial.differing
        ],
    }
