"""The daily work log."""

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status

from api.views import ReadOnlyResource
from clients.models import WorkLog
from clients.worklog.actions import save_log
from clients.worklog.models import BY_HAND
from crm.lib.filtering import DayFilter, IdFilter
from managers.access.scopes import Group


class WorkLogSerializer(serializers.ModelSerializer):
    """One day of one RM; the figures and duties are those of the moment it was handed in."""

    class Meta:
        model = WorkLog
        fields = ["id", "staff", "day", "ticks", "figures", "note", "submitted_at", "version"]


class WriteLogSerializer(serializers.Serializer):
    """What an RM adds to the log of a day; `hand_in` ends it."""

    day = serializers.DateField()
    ticks = serializers.MultipleChoiceField(choices=BY_HAND, required=False, default=list)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    hand_in = serializers.BooleanField(required=False, default=False)


class WorkLogFilter(django_filters.FilterSet):
    """By RM and day."""

    staff = IdFilter(field_name="staff_id", label=_("RM"))
    day = DayFilter(label=_("day"))

    class Meta:
        model = WorkLog
        fields = ["staff", "day"]


@extend_schema_view(
    list=extend_schema(description="One's own logs; for heads those that were handed in."),
    retrieve=extend_schema(description="One log."),
)
class WorkLogViewSet(ReadOnlyResource):
    """Work logs: read them, write one's own."""

    token_group = Group.WORK
    model = WorkLog
    serializer_class = WorkLogSerializer
    filterset_class = WorkLogFilter
    orderings = {"-day": ("-day", "-pk"), "day": ("day", "pk")}

    def visible(self):
        return WorkLog.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=WriteLogSerializer,
        responses={201: WorkLogSerializer},
        description="Write the log of a day, and hand it in. 409 once it was handed in.",
        examples=[
            OpenApiExample(
                "The evening", value={"day": "2026-11-23", "hand_in": True}, request_only=True
            )
        ],
    )
    def create(self, request):
        given = self.read_input(WriteLogSerializer)
        return self.answer(save_log(**given, **self.act()), status=status.HTTP_201_CREATED)
