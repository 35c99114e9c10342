"""The audit, for those who may read it."""

import django_filters as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from api.views import ReadOnlyResource
from managers.models import AuditEvent
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


class AuditEventFilter(filters.FilterSet):
    """Events by actor, client, verb and time."""

    actor = filters.NumberFilter(field_name="actor_id")
    client = filters.NumberFilter(field_name="client_id")
    verb = filters.CharFilter(max_length=60)
    between = filters.IsoDateTimeFromToRangeFilter(field_name="at")

    class Meta:
        model = AuditEvent
        fields = ["actor", "client", "verb", "between"]


@extend_schema_view(
    list=extend_schema(description="Events; empty for posts that do not read the audit."),
    retrieve=extend_schema(description="One event."),
)
class AuditEventViewSet(ReadOnlyResource):
    """The audit."""

    model = AuditEvent
    serializer_class = AuditEventSerializer
    filterset_class = AuditEventFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        if not scope.may(self.request.user, scope.Right.READ_AUDIT):
            return AuditEvent.objects.none()
        return AuditEvent.objects.select_related("stream")
