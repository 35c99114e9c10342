"""The competition: standings of a month, quarter or year, and the entries behind a score."""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from crm.lib import clock
from managers.access.scopes import Group
from managers.competition import queries, rules
from managers.competition.filters import EntryFilter
from managers.competition.models import PointEntry
from managers.competition.periods import Kind, Period
from managers.people import scope
from managers.people.models import RM_POSTS, Post

_CODE = OpenApiParameter(
    "id", str, "path", description="Code of the period: 2026-11, 2026-Q4 or 2026."
)
_DIVISION = OpenApiParameter(
    "division", str, description="Post of the division; all without it.", enum=list(RM_POSTS)
)


class CompetitionSerializer(serializers.Serializer):
    """One period of the competition."""

    id = serializers.CharField(source="code", help_text="2026-11, 2026-Q4 or 2026.")
    kind = serializers.ChoiceField(Kind.choices)
    first = serializers.DateField(help_text="First day.")
    last = serializers.DateField(help_text="Last day, included.")
    state = serializers.SerializerMethodField(help_text="running until the last day is over.")

    def get_state(self, period) -> str:
        return "running" if period.last >= clock.today() else "closed"


@extend_schema_serializer(many=False)
class CompetitionListSerializer(serializers.Serializer):
    """The periods of today and those before them."""

    results = CompetitionSerializer(many=True)


class StandingSerializer(serializers.Serializer):
    """A person's place; equal points share it, and the next place counts all before (1-2-2-4)."""

    place = serializers.IntegerField()
    staff = serializers.IntegerField(source="staff.pk")
    name = serializers.CharField(source="staff.name")
    org_unit = serializers.IntegerField(source="unit.pk")
    post = serializers.CharField()
    points = serializers.DecimalField(max_digits=18, decimal_places=2)
    to_next = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    move = serializers.IntegerField(allow_null=True, help_text="Places won since the last workday.")


@extend_schema_serializer(many=False)
class StandingsSerializer(serializers.Serializer):
    """The whole table, best first."""

    results = StandingSerializer(many=True)


class EntrySerializer(serializers.ModelSerializer):
    """One entry of the ledger; a reversing one carries negative points."""

    points = serializers.DecimalField(max_digits=18, decimal_places=2)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)

    class Meta:
        model = PointEntry
        fields = ["id", "staff", "day", "metric", "points", "amount", "unit", "post", "reverses"]


class CompetitionViewSet(viewsets.GenericViewSet):
    """Standings by period; a period is its code."""

    token_group = Group.RESULTS
    serializer_class = CompetitionSerializer
    filterset_class = EntryFilter
    queryset = PointEntry.objects.none()
    lookup_value_regex = r"[\dQ-]{4,7}"
    orderings = {"-day": ("-day", "-pk"), "day": ("day", "pk")}

    @extend_schema(
        responses=CompetitionListSerializer,
        filters=False,
        description="The running month, quarter and year, and the three of each before them.",
    )
    def list(self, request):
        self._refuse_unknown()
        periods = [Period.around(kind, clock.today()) for kind in Kind]
        for period in list(periods):
            for _step in range(3):
                period = period.previous
                periods.append(period)
        return Response({"results": CompetitionSerializer(periods, many=True).data})

    @extend_schema(parameters=[_CODE], description="One period. Another code: 404.")
    def retrieve(self, request, pk):
        return Response(CompetitionSerializer(self._period()).data)

    @extend_schema(
        parameters=[_CODE, _DIVISION],
        responses=StandingsSerializer,
        filters=False,
        description="The ranked table; a head sees the people of the own units.",
    )
    @action(detail=True, pagination_class=None)
    def standings(self, request, pk):
        self._refuse_unknown("division")
        post = request.query_params.get("division", "")
        if post and post not in RM_POSTS:
            raise ValidationError({"division": [_("Choose a post of relationship managers.")]})
        rows = self._rows(Post(post).value if post else "")
        return Response({"results": StandingSerializer(rows, many=True).data})

    @extend_schema(
        parameters=[_CODE],
        responses=EntrySerializer(many=True),
        description="The entries that made a score: one's own, or of people of the own units.",
    )
    @action(detail=True)
    def entries(self, request, pk):
        period = self._period()
        open_ones = [r.staff.pk for r in self._rows("") if rules.may_explain(request.user, r)]
        found = PointEntry.objects.filter(
            staff__in=open_ones, day__range=(period.first, period.last)
        )
        page = self.paginate_queryset(self.filter_queryset(found))
        return self.get_paginated_response(EntrySerializer(page, many=True).data)

    def _period(self) -> Period:
        if not scope.may(self.request.user, scope.Right.SEE_STANDINGS):
            raise PermissionDenied(_("Your post does not see the competition."))
        try:
            return Period.parse(self.kwargs["pk"])
        except ValueError as broken:
            raise Http404 from broken

    def _rows(self, post):
        table = queries.standings(self._period(), today=clock.today(), post=post)
        units = rules.visible_units(self.request.user)
        return [row for row in table.rows if units is None or row.unit.pk in units]

    def _refuse_unknown(self, *known):
        unknown = set(self.request.query_params) - set(known)
        if unknown:
            raise ValidationError({name: [_("This list has no such filter.")] for name in unknown})
