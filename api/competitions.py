"""Competitions: standings, the entries behind a score, and results from other systems."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from api.competition_life import CompetitionSerializer, Life
from api.views import ReadOnlyResource
from crm.lib import clock
from managers.access.scopes import Group
from managers.competition import actions, rules
from managers.competition.board import board, ranked_by, shared_teams
from managers.competition.divisions import Division
from managers.competition.filters import CompetitionFilter, EntryFilter
from managers.competition.metrics import Metric
from managers.competition.models import Competition, PointEntry
from managers.competition.sums import counted, late
from managers.people import scope
from managers.people.models import Staff

_POINTS = {"max_digits": 18, "decimal_places": 2}
MOST = 1_000  # entries in one request
_OF_ENTRIES = ("entries", "late_entries")
_SOURCE = "core:"  # before the keys of other systems in the ledger


class LineSerializer(serializers.Serializer):
    """One metric of a score: actual against target; counts, CNY, or a rate."""

    metric = serializers.ChoiceField(Metric.choices)
    actual = serializers.DecimalField(**_POINTS)
    target = serializers.DecimalField(**_POINTS)
    weight = serializers.DecimalField(**_POINTS)
    score = serializers.DecimalField(**_POINTS)
    is_capped = serializers.BooleanField(help_text="More was reached than counts.")


class StandingSerializer(serializers.Serializer):
    """A person's place; equals share it, and the next place counts all before (1-2-2-4)."""

    place = serializers.IntegerField(allow_null=True, help_text="None for too few days.")
    staff = serializers.IntegerField(source="staff.pk")
    name = serializers.CharField(source="staff.name")
    org_unit = serializers.IntegerField(source="unit.pk")
    division = serializers.CharField(source="division.code")
    score = serializers.DecimalField(source="score.total", **_POINTS)
    deducted = serializers.DecimalField(source="score.deducted", **_POINTS)
    lost = serializers.DecimalField(
        source="score.lost", help_text="What was deducted, were there no cap.", **_POINTS
    )
    is_raised = serializers.BooleanField(
        source="score.is_raised", help_text="The floor holds the score up."
    )
    lines = LineSerializer(source="score.lines", many=True)
    to_next = serializers.DecimalField(allow_null=True, **_POINTS)
    move = serializers.IntegerField(allow_null=True, help_text="Places won since the last workday.")
    prize = serializers.DecimalField(help_text="CNY, as things stand.", **_POINTS)
    bar = serializers.CharField(help_text="What costs the prize: a metric, or too few days.")


@extend_schema_serializer(many=False)
class StandingsSerializer(serializers.Serializer):
    """The whole table, best first, one division after another."""

    results = StandingSerializer(many=True)


class TeamSerializer(serializers.Serializer):
    """An outlet by the mean score of its ranked people."""

    place = serializers.IntegerField()
    org_unit = serializers.IntegerField(source="unit.pk")
    members = serializers.IntegerField()
    mean = serializers.DecimalField(**_POINTS)


@extend_schema_serializer(many=False)
class TeamsSerializer(serializers.Serializer):
    """All teams, best first."""

    results = TeamSerializer(many=True)


class EntrySerializer(serializers.ModelSerializer):
    """One entry of the ledger; a reversing one carries the opposite amount."""

    amount = serializers.DecimalField(**_POINTS)

    class Meta:
        model = PointEntry
        fields = ["id", "staff", "day", "metric", "amount", "unit", "post", "grade", "reverses"]


class ResultSerializer(serializers.Serializer):
    """A result of another system; the same `source_key` counts once, however often it is sent."""

    source_key = serializers.CharField(max_length=60)
    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all())
    metric = serializers.ChoiceField(Metric.choices)
    amount = serializers.DecimalField(help_text="A count, CNY, or a reading of a rate.", **_POINTS)
    day = serializers.DateField()


class BatchSerializer(serializers.Serializer):
    """Results, all or none; those to take back go first. What was wrong comes under a new key."""

    items = ResultSerializer(many=True, max_length=MOST)
    take_back = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=MOST,
        default=list,
        help_text="Keys of results that were wrong: each gets a reversing entry, once.",
    )


class TakenInSerializer(serializers.Serializer):
    """What became of a batch."""

    created = serializers.IntegerField()
    known = serializers.IntegerField(help_text="Were there already, and stay as they are.")
    taken_back = serializers.IntegerField(help_text="Reversing entries that were made.")
    differing = serializers.SerializerMethodField(help_text="Known keys with other figures.")

    def get_differing(self, intake) -> list[str]:
        """The keys as they were sent."""
        return [source.removeprefix(_SOURCE) for source in intake.differing]


def _credit(item) -> actions.Credit:
    source = _SOURCE + item["source_key"]
    return actions.Credit(item["staff"].pk, item["metric"], source, item["day"], item["amount"])


class CompetitionViewSet(Life, ReadOnlyResource):
    """Announced competitions; drafts are for head office."""

    token_group = Group.RESULTS
    model = Competition
    serializer_class = CompetitionSerializer
    filterset_class = CompetitionFilter
    orderings = {"-first": ("-first", "-pk"), "first": ("first", "pk")}

    def visible(self):
        if not scope.may(self.request.user, scope.Right.SEE_STANDINGS):
            raise PermissionDenied(_("Your post does not see the competition."))
        drafts = Competition.objects.all()
        return drafts if rules.may_run(self.request.user) else Competition.objects.announced()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False) and self.action in _OF_ENTRIES:
            return PointEntry.objects.none()
        return super().get_queryset()

    @extend_schema(
        responses=StandingsSerializer,
        filters=False,
        parameters=[
            OpenApiParameter("division", str, description="wealth_rm.middle; all without it."),
            OpenApiParameter("as_of", str, description="A day; today without it."),
            OpenApiParameter("metric", str, description="Places of a division by it alone."),
            OpenApiParameter("team", int, description="Only the people of this unit."),
        ],
        description="The ranked table; a head sees the people of the own units.",
    )
    @action(detail=True, pagination_class=None)
    def standings(self, request, pk):
        self._refuse_unknown("division", "as_of", "metric", "team")
        as_of, metric, team = self._as_of(), self._metric(), self._team()
        table = self._board(division=self._division(), as_of=as_of, shared=as_of is None)
        rows = rules.visible_rows(request.user, table)
        if metric:
            shown = {row.staff.pk for row in rows}
            rows = [row for row in ranked_by(table.rows, metric) if row.staff.pk in shown]
        if team is not None:
            rows = [row for row in rows if row.unit.pk == team]
        return Response({"results": StandingSerializer(rows, many=True).data})

    @extend_schema(responses=TeamsSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def teams(self, request, pk):
        """Outlets by the mean of their ranked people."""
        self._refuse_unknown()
        found = shared_teams(self.get_object(), today=clock.today())
        return Response({"results": TeamSerializer(found, many=True).data})

    @extend_schema(
        responses=EntrySerializer(many=True),
        description="The entries that made a score: one's own, or of people of the own units.",
    )
    @action(
        detail=True,
        filterset_class=EntryFilter,
        orderings={"-day": ("-day", "-pk"), "day": ("day", "pk")},
    )
    def entries(self, request, pk):
        return self._entries(counted)

    @extend_schema(request=BatchSerializer, responses={201: TakenInSerializer})
    @entries.mapping.post
    def take_in(self, request, pk):
        """Results of other systems, all or none; known keys stay as they are (rules H6, H7)."""
        competition = self.get_object()
        if not rules.may_run(request.user):
            raise PermissionDenied(_("Results are sent in by head office."))
        typed = self.read_input(BatchSerializer)
        items, wrong = typed["items"], [_SOURCE + key for key in typed["take_back"]]
        if any(not competition.first <= item["day"] <= competition.last for item in items):
            raise ValidationError({"items": [_("A day lies outside the period.")]})
        sent = [_credit(item) for item in items]
        intake = actions.take_in(competition, sent, take_back=wrong, **self.act())
        return Response(TakenInSerializer(intake).data, status=201)

    @extend_schema(
        responses=EntrySerializer(many=True),
        description="What came after the freeze and counts nothing here, of the same people.",
    )
    @action(
        detail=True,
        url_path="late-entries",
        filterset_class=EntryFilter,
        orderings={"-day": ("-day", "-pk"), "day": ("day", "pk")},
    )
    def late_entries(self, request, pk):
        return self._entries(late)

    def _entries(self, which):
        table = self._board(shared=True)
        mine = [row.staff.pk for row in table.rows if rules.may_explain(self.request.user, row)]
        found = which(table.competition).filter(staff__in=mine)
        page = self.paginate_queryset(self.filter_queryset(found))
        return self.get_paginated_response(EntrySerializer(page, many=True).data)

    def _board(self, **asked):
        return board(self.get_object(), today=clock.today(), **asked)

    def _division(self) -> Division | None:
        code = self.request.query_params.get("division", "")
        goals = self.get_object().rulebook.goals
        known = {division.code: division for division in Division.all(goals)}
        if code and code not in known:
            raise ValidationError({"division": [_("There is no such division.")]})
        return known.get(code)

    def _metric(self) -> str:
        """The metric of a division that places go by; "" for the whole score."""
        metric, division = self.request.query_params.get("metric", ""), self._division()
        goals = self.get_object().rulebook.goals[division.post] if division else ()
        if metric and metric not in {goal.metric for goal in goals}:
            raise ValidationError({"metric": [_("Name a division, and a metric that it has.")]})
        return metric

    def _team(self) -> int | None:
        given = self.request.query_params.get("team")
        return serializers.IntegerField(min_value=1).run_validation(given) if given else None

    def _as_of(self):
        given = self.request.query_params.get("as_of")
        return serializers.DateField().run_validation(given) if given else None

    def _refuse_unknown(self, *known):
        unknown = set(self.request.query_params) - set(known)
        if unknown:
            raise ValidationError({name: [_("This list has no such filter.")] for name in unknown})
