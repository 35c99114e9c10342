"""The market: what RMs notice outside, and the report of each month."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.concurrency import check_match
from api.views import ReadOnlyResource
from clients.market import actions, rules
from clients.market.filters import NoteFilter, ReportFilter
from clients.market.models import LONGEST_TAG, MOST_TAGS
from clients.models import MarketNote, MarketReport, ReportReading
from managers.access.scopes import Group


class TagsField(serializers.ListField):
    """Up to five words, each once: no spaces or commas in them, no # in front."""

    child = serializers.RegexField(r"^[^\s,，、#][^\s,，、]*$", max_length=LONGEST_TAG)

    def __init__(self, **kwargs):
        super().__init__(max_length=MOST_TAGS, **kwargs)

    def to_internal_value(self, data):
        return list(dict.fromkeys(super().to_internal_value(data)))


class MarketNoteSerializer(serializers.ModelSerializer):
    """Something noticed outside, for the outlet; no clients are named in it."""

    org_unit = serializers.IntegerField(source="unit_id", help_text="The outlet.")
    tags = serializers.ListField(child=serializers.CharField(), help_text="Up to five words.")

    class Meta:
        model = MarketNote
        fields = ["id", "author", "org_unit", "text", "tags", "written_at"]


class NewMarketNoteSerializer(serializers.Serializer):
    """What was noticed."""

    text = serializers.CharField(max_length=1000)
    tags = TagsField(required=False, default=list)


@extend_schema_view(
    list=extend_schema(description="Notes of the caller's outlets, the newest first."),
    retrieve=extend_schema(description="One note."),
)
class MarketNoteViewSet(ReadOnlyResource):
    """Notes of the market: read those of the outlet, write one."""

    token_group = Group.WORK
    model = MarketNote
    serializer_class = MarketNoteSerializer
    filterset_class = NoteFilter
    orderings = {
        "-written_at": ("-written_at", "-pk"),
        "written_at": ("written_at", "pk"),
    }

    def visible(self):
        return MarketNote.objects.visible_to(self.request.user)

    @extend_schema(
        request=NewMarketNoteSerializer,
        responses={201: MarketNoteSerializer},
        description="Tell the outlet what you have noticed (rules E11). 403 for who is no RM.",
        examples=[
            OpenApiExample(
                "A competitor",
                value={"text": "A new branch by the lake opens in May", "tags": ["competitor"]},
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewMarketNoteSerializer)
        made = actions.write_note(**given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)


class MarketReportSerializer(serializers.ModelSerializer):
    """The report of one month; the author's alone until `submitted_at` says it was handed in."""

    org_unit = serializers.IntegerField(source="unit_id", help_text="The outlet.")
    tags = serializers.ListField(child=serializers.CharField(), help_text="Up to five words.")

    class Meta:
        model = MarketReport
        fields = [
            "id",
            "author",
            "org_unit",
            "month",
            "due_on",
            "text",
            "tags",
            "submitted_at",
            "version",
        ]


class ReadingSerializer(serializers.ModelSerializer):
    """A colleague who has read the report."""

    class Meta:
        model = ReportReading
        fields = ["staff", "read_at"]


class MarketReportDetailSerializer(MarketReportSerializer):
    """A report, with who has read it and what the caller may do."""

    readings = ReadingSerializer(many=True, read_only=True)
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(MarketReportSerializer.Meta):
        fields = [*MarketReportSerializer.Meta.fields, "readings", "allowed_actions"]

    def get_allowed_actions(self, report) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, report)


class WriteReportSerializer(serializers.Serializer):
    """Text and tags; what is not named stays as it is."""

    text = serializers.CharField(max_length=8000, required=False, allow_blank=True)
    tags = TagsField(required=False)


@extend_schema_view(
    list=extend_schema(description="Own reports, and those that the caller's outlets handed in."),
    retrieve=extend_schema(responses=MarketReportDetailSerializer, description="One report."),
)
class MarketReportViewSet(ReadOnlyResource):
    """Market reports: write one's own, hand it in, mark a colleague's as read."""

    token_group = Group.WORK
    model = MarketReport
    serializer_class = MarketReportSerializer
    detail_serializer_class = MarketReportDetailSerializer
    filterset_class = ReportFilter
    orderings = {
        "-month": ("-month", "-pk"),
        "month": ("month", "pk"),
        "due_on": ("due_on", "pk"),
    }

    def visible(self):
        return MarketReport.objects.visible_to(self.request.user)

    @extend_schema(
        request=WriteReportSerializer,
        responses=MarketReportDetailSerializer,
        description="Write on it. Needs If-Match: 428 without, 412 when stale. 409 once handed in.",
        examples=[
            OpenApiExample(
                "The draft",
                value={"text": "Two competitors lowered their rates.", "tags": ["rates"]},
                request_only=True,
            )
        ],
    )
    def partial_update(self, request, pk):
        report = self.get_object()
        allowed = rules.may_write(request.user, report)
        self.refuse_unless(allowed, _("Only the author writes this report."))
        check_match(request, report)
        given = self.read_input(WriteReportSerializer)
        saved = actions.save_report(report, version=report.version, **given, **self.act())
        return self.answer(saved)

    @extend_schema(
        request=None,
        responses=MarketReportDetailSerializer,
        description="Hand it in as it stands (rules E11). 409 where it says too little.",
    )
    @action(detail=True, methods=["post"], url_path="hand-in", url_name="hand-in")
    def hand_in(self, request, pk):
        return self.answer(actions.save_report(self.get_object(), hand_in=True, **self.act()))

    @extend_schema(
        request=None,
        responses=MarketReportDetailSerializer,
        description="The caller has read it; a second time changes nothing.",
    )
    @action(detail=True, methods=["post"])
    def read(self, request, pk):
        report = self.get_object()
        actions.mark_read(report, **self.act())
        return self.answer(report)
