"""Exports: ask for a file, decide on it, fetch it."""

import django_filters as filters
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.months import MonthField
from api.views import ReadOnlyResource
from clients.exports import actions, rules
from clients.exports.views import file_response
from clients.models import Export
from crm.lib import clock
from managers.access.scopes import Group
from managers.models import OrgUnit


class ExportSerializer(serializers.ModelSerializer):
    """An export that the caller asked for, or decides on; the reason stays sealed."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta:
        model = Export
        fields = [
            "id",
            "kind",
            "format",
            "unit",
            "rows",
            "done",
            "state",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "expires_at",
            "allowed_actions",
        ]

    def get_allowed_actions(self, export) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, export, at=clock.now())


class NewExportSerializer(serializers.Serializer):
    """What to export, what for, of the audit the days, of the coverage the month."""

    kind = serializers.ChoiceField(rules.KINDS)
    unit = serializers.PrimaryKeyRelatedField(queryset=OrgUnit.objects.all())
    format = serializers.ChoiceField(rules.FORMATS, default=Export.Format.XLSX)
    reason = serializers.CharField(min_length=rules.SHORTEST_REASON, max_length=300)
    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    month = MonthField(required=False, help_text="Of the coverage, as 2026-10; today without it.")

    def validate(self, attrs):
        if attrs["kind"] == Export.Kind.AUDIT and not {"first", "last"} <= set(attrs):
            raise serializers.ValidationError({"first": _("The audit is exported by days.")})
        if attrs["kind"] != Export.Kind.COVERAGE:
            attrs.pop("month", None)
        days = {name: attrs.pop(name) for name in ("first", "last") if name in attrs}
        return attrs | {name: day.isoformat() for name, day in days.items()}


class ExportFilter(filters.FilterSet):
    """Exports by kind and state."""

    kind = filters.ChoiceFilter(choices=Export.Kind.choices)
    state = filters.ChoiceFilter(choices=Export.State.choices)

    class Meta:
        model = Export
        fields = ["kind", "state"]


@extend_schema_view(
    list=extend_schema(description="Exports that the caller asked for, or has to decide on."),
    retrieve=extend_schema(description="One of them, with its progress."),
)
class ExportViewSet(ReadOnlyResource):
    """Files that leave the product."""

    token_group = Group.FILES
    model = Export
    serializer_class = ExportSerializer
    filterset_class = ExportFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        return Export.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewExportSerializer,
        responses={201: ExportSerializer},
        description="Ask for a file; above the bank's free number of rows another must agree.",
    )
    def create(self, request):
        allowed = rules.kinds_for(request.user)
        self.refuse_unless(allowed, _("Your post does not export this."))
        given = self.read_input(NewExportSerializer)
        return self.answer(actions.ask(**given, **self.act()), status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ExportSerializer, description="Agree to the export.")
    @action(detail=True, methods=["post"])
    def approve(self, request, pk):
        return self.answer(actions.decide(self.get_object(), approve=True, **self.act()))

    @extend_schema(request=None, responses=ExportSerializer, description="Refuse the export.")
    @action(detail=True, methods=["post"])
    def refuse(self, request, pk):
        return self.answer(actions.decide(self.get_object(), approve=False, **self.act()))

    @extend_schema(
        request=None,
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        description="The file, for who asked, until it expires; each download is recorded.",
    )
    @action(detail=True, methods=["post"])
    def download(self, request, pk):
        export = self.get_object()
        return file_response(export, actions.download(export, **self.act()))
