"""The audit, for those who may read it."""

import django_filters as filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.views import ReadOnlyResource
from clients.oversight import actions, queries
from crm.lib.filtering import IdFilter, SpanFilter
from managers.access.scopes import Group
from managers.audit.models import Access
from managers.models import AccessEvent, AuditEvent, Verification
from managers.people import scope


class AuditEventSerializer(serializers.ModelSerializer):
    """Who did what to which row; `facts` are ids, codes and dates."""

    stream = serializers.CharField(source="stream.name")
    client = serializers.IntegerField(source="client_id", allow_null=True)

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
        ]


class VerificationSerializer(serializers.ModelSerializer):
    """What a check found; `fault` names the first line that is not as it was written."""

    ok = serializers.BooleanField(source="is_whole", help_text="Whether every line held.")

    class Meta:
        model = Verification
        fields = ["at", "ok", "streams", "events", "accesses", "fault"]


class AuditEventFilter(filters.FilterSet):
    """Events by actor, client, verb and time."""

    actor = IdFilter(field_name="actor_id")
    client = IdFilter(field_name="client_id")
    verb = filters.CharFilter(max_length=60)
    between = SpanFilter(field_name="at")

    class Meta:
        model = AuditEvent
        fields = ["actor", "client", "verb", "between"]


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
        return AuditEvent.objects.select_related("stream")

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


class AccessEventSerializer(serializers.ModelSerializer):
    """Who read which client's data, when, where and on which ground."""

    client = serializers.IntegerField(source="client_id")

    class Meta:
        model = AccessEvent
        fields = ["id", "at", "actor", "client", "verb", "page", "basis", "address"]


class AccessEventFilter(filters.FilterSet):
    """Readings by actor, client, verb and time."""

    actor = IdFilter(field_name="actor_id")
    client = IdFilter(field_name="client_id")
    verb = filters.ChoiceFilter(choices=Access.choices)
    between = SpanFilter(field_name="at")

    class Meta:
        model = AccessEvent
        fields = ["actor", "client", "verb", "between"]


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
