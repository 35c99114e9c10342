"""The life of a competition over the API: its steps, and appeals."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from managers.competition import actions
from managers.competition.metrics import Metric
from managers.competition.models import Appeal, Competition

_NUMBER = OpenApiParameter("appeal", int, "path", description="Number of the appeal.")


class CompetitionSerializer(serializers.ModelSerializer):
    """A competition with its rules, which never change once it runs."""

    rules = serializers.JSONField(read_only=True, help_text="Goals by post, deductions, prizes.")

    class Meta:
        model = Competition
        fields = ["id", "name", "first", "last", "state", "rules", "reason", "digest", "version"]


class CancelSerializer(serializers.Serializer):
    """Why a competition is called off; all are told."""

    reason = serializers.CharField(max_length=300)


class AppealSerializer(serializers.ModelSerializer):
    """An appeal, and what was decided."""

    class Meta:
        model = Appeal
        fields = [
            "id",
            "staff",
            "metric",
            "reason",
            "evidence",
            "state",
            "made_at",
            "answer",
            "decided_by",
            "decided_at",
            "entry",
        ]


class AppealInputSerializer(serializers.Serializer):
    """What is wrong with a metric of one's own score, and what shows it."""

    metric = serializers.ChoiceField(Metric.choices)
    reason = serializers.CharField(max_length=500)
    evidence = serializers.CharField(max_length=500)


class DecisionSerializer(serializers.Serializer):
    """The answer; `amount` is added to the metric, of a rate to its mean, if it is upheld."""

    uphold = serializers.BooleanField()
    answer = serializers.CharField(max_length=500)
    amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True, default=None
    )


class Life:
    """The verbs of a competition (rules H6). A step out of turn is 409, of the same person 403."""

    @extend_schema(request=None, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request, pk):
        """Announce it; a second person than drafted it."""
        return self._step(actions.start)

    @extend_schema(request=None, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk):
        """End it once its last day is over."""
        return self._step(actions.close)

    @extend_schema(request=None, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk):
        """Show the provisional standings."""
        return self._step(actions.publish)

    @extend_schema(request=None, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"], url_path="open-appeals", url_name="open-appeals")
    def open_appeals(self, request, pk):
        """Let participants appeal."""
        return self._step(actions.open_appeals)

    @extend_schema(request=None, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"])
    def freeze(self, request, pk):
        """Cut-off, final standings and their hash; a second person than published."""
        return self._step(actions.freeze)

    @extend_schema(request=None, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request, pk):
        """Note that the prizes were paid; a second person than froze it."""
        return self._step(actions.pay)

    @extend_schema(request=CancelSerializer, responses=CompetitionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        """Call it off with a reason."""
        return self._step(actions.cancel, **self.read_input(CancelSerializer))

    @extend_schema(
        responses=AppealSerializer(many=True), filters=False, description="One's own; all for HQ."
    )
    @action(
        detail=True,
        filterset_class=None,
        orderings={"-id": ("-pk",), "id": ("pk",)},
    )
    def appeals(self, request, pk):
        found = self.get_object().appeals.visible_to(request.user)
        page = self.paginate_queryset(self.filter_queryset(found))
        return self.get_paginated_response(AppealSerializer(page, many=True).data)

    @extend_schema(request=AppealInputSerializer, responses={201: AppealSerializer})
    @appeals.mapping.post
    def appeal(self, request, pk):
        """Hold something against one's own score while appeals are open."""
        typed = self.read_input(AppealInputSerializer)
        made = actions.appeal(self.get_object(), **typed, **self.act())
        return Response(AppealSerializer(made).data, status=201)

    @extend_schema(request=DecisionSerializer, responses=AppealSerializer, parameters=[_NUMBER])
    @action(detail=False, methods=["post"], url_path=r"appeals/(?P<appeal>\d{1,18})/decide")
    def decide(self, request, appeal):
        """Answer an appeal; an upheld one is settled by an entry."""
        self.visible()  # for posts outside the competition there are no appeals either
        found = get_object_or_404(Appeal.objects.visible_to(request.user), pk=appeal)
        decided = actions.decide(found, **self.read_input(DecisionSerializer), **self.act())
        return Response(AppealSerializer(decided).data)

    def _step(self, act, **more):
        return self.answer(act(self.get_object(), **self.act(**more)))
