"""Imports of files: uploaded, mapped, checked and run, with the rejected rows as a file."""

import django_filters as filters
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser

from api.views import ReadOnlyResource
from clients.intake import rules
from clients.intake.actions import runs
from clients.intake.forms import checked_content
from clients.intake.kinds import CHOICES
from clients.intake.models import State
from clients.intake.tasks import work_import
from clients.intake.views import log_rejected, rejected_answer
from clients.models import ImportRun
from managers.access.scopes import Group
from managers.people import scope
from managers.people.scope import Right

_MAPPING = {
    "format": {"encoding": "gb18030", "separator": ",", "header_row": 3},
    "files": {"clients": {"name": "clients.csv"}},
    "clients": {
        "from": "clients",
        "key": "客户号",
        "name": "姓名",
        "outlet": "机构号",
        "birth_date": {"column": "出生日期", "format": "YYYY/MM/DD"},
    },
}


class ImportSerializer(serializers.ModelSerializer):
    """An import and its counts; `total` is known after the check.

    `counts` has created, updated, unchanged and rejected of each kind: clients, holdings,
    households, contacts, balances, contributions; lookups are rows of files that are only
    joined, units were opened on the way and are no rows.
    """

    counts = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))

    org_unit = serializers.PrimaryKeyRelatedField(source="unit", read_only=True, allow_null=True)

    class Meta:
        model = ImportRun
        fields = [
            "id",
            "kind",
            "state",
            "created_by",
            "org_unit",
            "created_at",
            "ended_at",
            "total",
            "done",
            "created",
            "updated",
            "unchanged",
            "rejected",
            "counts",
            "has_stops",
            "has_warnings",
            "version",
        ]


class ImportDetailSerializer(ImportSerializer):
    """An import with what was found and what the caller may do; others' findings stay closed."""

    mapping = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(ImportSerializer.Meta):
        fields = [
            *ImportSerializer.Meta.fields,
            "mapping",
            "findings",
            "reasons",
            "allowed_actions",
        ]

    def _is_own(self, run) -> bool:
        return run.created_by_id == self.context["request"].user.pk

    def get_mapping(self, run) -> dict:
        return run.mapping if self._is_own(run) else {}

    def get_findings(self, run) -> list[dict]:
        return run.said.get("findings", []) if self._is_own(run) else []

    def get_reasons(self, run) -> list[dict]:
        found = run.said.get("reasons", []) if self._is_own(run) else []
        return [{"reason": reason, "rows": count} for reason, count in found]

    def get_allowed_actions(self, run) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, run)


class NewImportSerializer(serializers.Serializer):
    """Files as multipart parts, at most ten, CSV or XLSX of up to 10 MB each."""

    kind = serializers.ChoiceField(CHOICES)
    files = serializers.ListField(
        child=serializers.FileField(), max_length=rules.MOST_FILES, allow_empty=False
    )

    def validate_files(self, files) -> dict[str, bytes]:
        """Each a table that can be read."""
        return {file.name: checked_content(file) for file in files}


class MapSerializer(serializers.Serializer):
    """How the files are read, as docs/import.md describes a mapping, in JSON."""

    mapping = serializers.DictField()


class RunSerializer(serializers.Serializer):
    """`accepted` says that the findings have been read; needed where some warn."""

    accepted = serializers.BooleanField(default=False)


class ImportFilter(filters.FilterSet):
    """Imports of a kind, in a state."""

    kind = filters.ChoiceFilter(choices=CHOICES)
    state = filters.ChoiceFilter(choices=State.choices)

    class Meta:
        model = ImportRun
        fields = ["kind", "state"]


@extend_schema_view(
    list=extend_schema(description="The caller's imports; an administrator sees everybody's."),
    retrieve=extend_schema(responses=ImportDetailSerializer, description="One import."),
)
class ImportViewSet(ReadOnlyResource):
    """Imports: upload, map, check, run, cancel."""

    token_group = Group.FILES
    model = ImportRun
    serializer_class = ImportSerializer
    detail_serializer_class = ImportDetailSerializer
    filterset_class = ImportFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        return ImportRun.objects.visible_to(self.request.user).for_list()

    def get_parsers(self):
        """Files come as multipart to the list, and to nothing else."""
        return (
            [MultiPartParser()]
            if self.action_map.get("post") == "create"
            else super().get_parsers()
        )

    @extend_schema(
        request={"multipart/form-data": NewImportSerializer},
        responses={201: ImportDetailSerializer},
        description="Upload the files of one import. 400 for what is no table or too large.",
        examples=[OpenApiExample("A file", value={"kind": "clients"}, request_only=True)],
    )
    def create(self, request):
        allowed = scope.may(request.user, Right.IMPORT)
        self.refuse_unless(allowed, _("Your post does not import this."))
        given = self.read_input(NewImportSerializer)
        made = runs.upload(given["files"], kind=given["kind"], **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=MapSerializer,
        responses=ImportDetailSerializer,
        description="Say how the files are read. 409 where the mapping does not fit them.",
        examples=[OpenApiExample("Columns", value={"mapping": _MAPPING}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def map(self, request, pk):
        run = self.get_object()
        tables = self.read_input(MapSerializer)["mapping"]
        return self.answer(runs.map_columns(run, tables, **self.act()))

    @extend_schema(
        request=None,
        responses=ImportDetailSerializer,
        description="Look at every row in the background; ask for the import until it is checked.",
    )
    @action(detail=True, methods=["post"])
    def check(self, request, pk):
        return self._at_work(runs.start_check(self.get_object(), **self.act()))

    @extend_schema(
        request=RunSerializer,
        responses=ImportDetailSerializer,
        description="Import in the background. 409 before the check, or while a finding stops it.",
        examples=[OpenApiExample("Go", value={"accepted": True}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def run(self, request, pk):
        run = self.get_object()
        return self._at_work(runs.start(run, **self.read_input(RunSerializer), **self.act()))

    @extend_schema(
        request=None,
        responses=ImportDetailSerializer,
        description="Stop before the next chunk; what is in stays in.",
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        return self.answer(runs.cancel(self.get_object(), **self.act()))

    @extend_schema(
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY)},
        description="The caller's rejected rows with their reasons; reading them is recorded.",
    )
    @action(detail=True, methods=["get"])
    def rejected(self, request, pk):
        run = self.get_object()
        file = runs.hand_out_rejected(run, **self.act())
        if file is None:
            raise Http404
        log_rejected(request, run, file)
        return rejected_answer(run, file)

    def _at_work(self, run):
        work_import.delay(run.pk)
        return self.answer(run)
