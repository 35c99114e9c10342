"""The audit, for those who may read it."""

import django_filters as filters
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.views import ReadOnlyResource
from clients.book.reveal import LONGEST
from clients.oversight import actions, queries, sealed
from crm.lib.filtering import IdFilter, SpanFilter
from crm.pages import address_of
from managers.access.scopes import Group
from managers.audit.models import Access
from managers.models import AccessEvent, AuditEvent, Verification
from managers.people import scope


class AuditEventSerializer(serializers.ModelSerializer):
    """Who did what to which row; `facts` are ids, codes and dates."""

    stream = serializers.CharField(source="stream.name")
    client = serializers.IntegerField(source="client_id", allow_null=True)
    purpose = serializers.SerializerMethodField(
        help_text="What a detail was needed for; empty for other events."
    )
    has_values = serializers.SerializerMethodField(
        help_text="Whether details before and after are sealed in it (`values`)."
    )

    class Meta:
        model = AuditEvent
        fields = [
            "id",
            "stream",
            "position",
            "at",
            "actor",
            "verb",
            "subject_type",
            "subject_id",
            "client",
            "facts",
            "purpose",
            "has_values",
        ]

    def get_purpose(self, event) -> str:
        """As the page shows it, until the client's key is gone."""
        return sealed.purpose_of(event)

    def get_has_values(self, event) -> bool:
        """Apart from the purpose."""
        return sealed.has_values(event)


class PurposeSerializer(serializers.Serializer):
    """What somebody needs the details for."""

    purpose = serializers.CharField(max_length=LONGEST, help_text="Kept in the audit.")


class ChangeSerializer(serializers.Serializer):
    """A detail before and after an act."""

    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class VerificationSerializer(serializers.ModelSerializer):
    """What a check found; `fault` names the first line that is not as it was written."""

    ok = serializers.BooleanField(source="is_whole", help_text="Whether every line held.")

    class Meta:
        model = Verification
        fields = ["at", "ok", "streams", "events", "accesses", "fault"]


class LogFilter(filters.FilterSet):
    """Lines by actor, client and time."""

    actor = IdFilter(field_name="actor_id")
    client = IdFilter(field_name="client_id")
    between = SpanFilter(field_name="at")


class AuditEventFilter(LogFilter):
    """Events also by verb."""

    verb = filters.CharFilter(max_length=60)

    class Meta:
        model = AuditEvent
        fields = []


@extend_schema_view(
    list=extend_schema(description="Events; empty for posts that do not read the audit."),
    retrieve=extend_schema(description="One event."),
)
class AuditEventViewSet(ReadOnlyResource):
    """The audit."""

    token_group = Group.OVERSIGHT
    model = AuditEvent
    serializer_class = AuditEventSerializer
    filterset_class = AuditEventFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        if not scope.may(self.request.user, scope.Right.READ_AUDIT):
            return AuditEvent.objects.none()
        return sealed.with_keys(AuditEvent.objects.select_related("stream"))

    @extend_schema(
        request=None,
        responses=VerificationSerializer,
        filters=False,
        description="Walk the whole audit now; what was found is kept and a breach is told.",
    )
    @action(detail=False, methods=["post"])
    def verify(self, request):
        allowed = scope.may(request.user, scope.Right.CHECK_AUDIT)
        self.refuse_unless(allowed, _("Only auditors and administrators check the audit."))
        return Response(VerificationSerializer(actions.check_audit(**self.act())).data)

    @extend_schema(
        request=PurposeSerializer,
        responses=ChangeSerializer(many=True),
        filters=False,
        description=(
            "Details before and after the act, for auditors; recorded with the purpose. 404 for "
            "an event without any, 429 beyond the hour's limit."
        ),
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def values(self, request, pk):
        event = self.get_object()
        allowed = scope.may(request.user, scope.Right.OPEN_AUDIT)
        self.refuse_unless(allowed, _("Only auditors see what was before."))
        if not sealed.has_values(event):
            raise Http404
        given = self.read_input(PurposeSerializer)
        found = sealed.open_values(event, **given, address=address_of(request), **self.act())
        shown = ChangeSerializer(found, many=True).data
        return Response(shown, headers={"Cache-Control": "no-store"})


class AccessEventSerializer(serializers.ModelSerializer):
    """Who read which client's data, when, where and on which ground."""

    client = serializers.IntegerField(source="client_id")

    class Meta:
        model = AccessEvent
        fields = ["id", "at", "actor", "client", "verb", "page", "basis", "address"]


class AccessEventFilter(LogFilter):
    """Readings also by what was done."""

    verb = filters.ChoiceFilter(choices=Access.choices)

    class Meta:
        model = AccessEvent
        fields = []


@extend_schema_view(
    list=extend_schema(description="The caller's own readings, and those of overseen clients."),
    retrieve=extend_schema(description="One reading."),
)
class AccessEventViewSet(ReadOnlyResource):
    """The access log."""

    token_group = Group.OVERSIGHT
    model = AccessEvent
    serializer_class = AccessEventSerializer
    filterset_class = AccessEventFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        if not scope.may(self.request.user, scope.Right.READ_ACCESS):
            return AccessEvent.objects.none()
        return queries.accesses_seen_by(self.request.user)
