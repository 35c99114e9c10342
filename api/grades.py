"""The career ladder: its grades, places that people held, assessments from proposal to appeal."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api.views import ReadOnlyResource
from crm.lib import clock
from managers.access.scopes import Group
from managers.grades import actions, rules
from managers.grades.filters import AssessmentFilter, GradeHistoryFilter
from managers.grades.meaning import meanings
from managers.grades.models import Assessment
from managers.people import scope
from managers.people.ladder import STEPS, Grade, rank
from managers.people.models import Posting, Staff
from managers.people.scope import Right


class GradeSerializer(serializers.Serializer):
    """One of the six grades."""

    code = serializers.ChoiceField(Grade.choices)
    steps = serializers.IntegerField(help_text="Steps of the grade.")
    first_place = serializers.IntegerField(help_text="Place of its first step, 1 to 40.")
    refused_tiers = serializers.ListField(
        child=serializers.CharField(), help_text="Tiers of clients that the grade may not own."
    )
    book = serializers.IntegerField(help_text="Percent of a full book that the grade serves.")
    targets = serializers.IntegerField(help_text="Percent of the usual targets of a quarter.")


@extend_schema_serializer(many=False)
class LadderSerializer(serializers.Serializer):
    """The grades, lowest first."""

    results = GradeSerializer(many=True)


class GradeHistorySerializer(serializers.ModelSerializer):
    """A place that somebody held from `since` until before `until`, and the assessment behind."""

    assessment = serializers.SerializerMethodField(help_text="Its id; null for a plain posting.")

    class Meta:
        model = Posting
        fields = ["id", "staff", "unit", "post", "grade", "step", "since", "until", "assessment"]

    def get_assessment(self, row) -> int | None:
        found = getattr(row, "assessment", None)
        return found and found.pk


class GradeAssessmentSerializer(serializers.ModelSerializer):
    """What is proposed or decided for somebody's place, and the frozen evidence."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")
    evidence = serializers.JSONField(read_only=True, help_text="Score, criteria, quarters before.")
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Assessment
        fields = [
            "id",
            "cycle",
            "staff",
            "unit",
            "post",
            "grade",
            "step",
            "score",
            "to_grade",
            "to_step",
            "reasons",
            "evidence",
            "state",
            "opinion",
            "advised_by",
            "decision",
            "decided_by",
            "effective_on",
            "appeal",
            "answer",
            "answered_by",
            "version",
            "allowed_actions",
        ]

    def get_allowed_actions(self, row) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, row, at=clock.now())


class PlaceSerializer(serializers.Serializer):
    """A place of the ladder."""

    to_grade = serializers.ChoiceField(Grade.choices)
    to_step = serializers.IntegerField(min_value=1, max_value=max(STEPS.values()))


class OpinionSerializer(PlaceSerializer):
    """What the head thinks; a reason where the place is another one."""

    opinion = serializers.CharField(max_length=500, allow_blank=True, default="")


class TakeBackSerializer(PlaceSerializer):
    """A lower place outside the cycles, after a violation that was proved."""

    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all())
    opinion = serializers.CharField(max_length=500)


class GradeDecisionSerializer(PlaceSerializer):
    """What head office decides; a reason where the place is another one."""

    decision = serializers.CharField(max_length=500, allow_blank=True, default="")
    effective_on = serializers.DateField()


class GradeAppealSerializer(serializers.Serializer):
    """What the person holds against it."""

    appeal = serializers.CharField(max_length=500)


class GradeAnswerSerializer(PlaceSerializer):
    """How an appeal is settled."""

    answer = serializers.CharField(max_length=500)


class GradesView(APIView):
    """The ladder (rules B1, B8)."""

    token_group = Group.PEOPLE

    @extend_schema(
        operation_id="grades_list",
        responses=LadderSerializer,
        description="The six grades, lowest first.",
    )
    def get(self, request):
        unknown = set(request.query_params)
        if unknown:
            raise ValidationError({name: [_("This list has no such filter.")] for name in unknown})
        rows = [
            {
                "code": one.grade.value,
                "steps": one.steps,
                "first_place": rank(one.grade, 1),
                "refused_tiers": sorted(one.refused_tiers),
                "book": one.book,
                "targets": one.targets,
            }
            for one in meanings(on=clock.today())
        ]
        return Response(LadderSerializer({"results": rows}).data)


@extend_schema_view(
    list=extend_schema(description="Places of the caller, or of the people below."),
    retrieve=extend_schema(description="One of them."),
)
class GradeHistoryViewSet(ReadOnlyResource):
    """Places that people held (rules B4)."""

    model = Posting
    token_group = Group.PEOPLE
    serializer_class = GradeHistorySerializer
    filterset_class = GradeHistoryFilter
    orderings = {"-since": ("-since", "-pk"), "since": ("since", "pk")}

    def visible(self):
        return rules.visible_places(self.request.user).select_related("assessment")


@extend_schema_view(
    list=extend_schema(description="One's own; a head's people; all for head office and audit."),
    retrieve=extend_schema(description="One of them."),
)
class AssessmentViewSet(ReadOnlyResource):
    """Assessments (rules B2 to B7). A step out of turn is 409."""

    model = Assessment
    token_group = Group.PEOPLE
    serializer_class = GradeAssessmentSerializer
    filterset_class = AssessmentFilter
    orderings = {"-made_at": ("-made_at", "-pk"), "made_at": ("made_at", "pk")}

    def visible(self):
        return Assessment.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=TakeBackSerializer,
        responses={201: GradeAssessmentSerializer},
        description="Propose a lower place outside the cycles.",
    )
    def create(self, request):
        scope.require(request.user, Right.PROPOSE_GRADE)
        given = self.read_input(TakeBackSerializer)
        made = actions.take_back_place(given.pop("staff"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=OpinionSerializer,
        responses=GradeAssessmentSerializer,
        description="The head's opinion.",
    )
    @action(detail=True, methods=["post"])
    def propose(self, request, pk):
        return self._step(actions.advise, OpinionSerializer)

    @extend_schema(
        request=GradeDecisionSerializer,
        responses=GradeAssessmentSerializer,
        description="Head office decides; in force once the time to appeal is over.",
    )
    @action(detail=True, methods=["post"])
    def decide(self, request, pk):
        return self._step(actions.decide, GradeDecisionSerializer)

    @extend_schema(
        request=GradeAppealSerializer,
        responses=GradeAssessmentSerializer,
        description="The person appeals against the decision.",
    )
    @action(detail=True, methods=["post"])
    def appeal(self, request, pk):
        return self._step(actions.appeal, GradeAppealSerializer)

    @extend_schema(
        request=GradeAnswerSerializer,
        responses=GradeAssessmentSerializer,
        description="Another person of head office settles the appeal.",
    )
    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    def answer_appeal(self, request, pk):
        return self._step(actions.answer, GradeAnswerSerializer)

    def _step(self, act, serializer_class):
        row = self.get_object()
        return self.answer(act(row, **self.read_input(serializer_class), **self.act()))
