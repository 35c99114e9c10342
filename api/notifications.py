"""The caller's own notifications."""

import django_filters as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from api.views import ReadOnlyResource
from crm.lib.filtering import YesNoFilter
from managers.access.scopes import Group
from managers.inbox import actions
from managers.inbox.kinds import tell
from managers.models import Notification


class ToldList(serializers.ListSerializer):
    """Finds the words of all notifications of a page at once."""

    def to_representation(self, data):
        rows = data.all() if hasattr(data, "all") else data
        told = tell(rows, to=self.context["request"].user)
        return [self.child.shown(row, words) for row, words in told]


class NotificationSerializer(serializers.ModelSerializer):
    """One thing that the caller was told, in the caller's language; names are masked."""

    about = serializers.SerializerMethodField(help_text="Kind of thing and its id.")
    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True, help_text="Page of the matter, or empty.")

    class Meta:
        model = Notification
        list_serializer_class = ToldList
        fields = ["id", "kind", "about", "title", "text", "url", "at", "read_at"]

    def get_about(self, row) -> str:
        return f"{row.about_type}:{row.about_id}"

    def to_representation(self, instance):
        [(row, told)] = tell([instance], to=self.context["request"].user)
        return self.shown(row, told)

    def shown(self, row, told) -> dict:
        """The row with its words."""
        for name in ("title", "text", "url"):
            setattr(row, name, getattr(told, name))
        return super().to_representation(row)


class NotificationFilter(filters.FilterSet):
    """Unread ones, or those that were read; one kind."""

    unread = YesNoFilter(field_name="read_at", lookup_expr="isnull")
    kind = filters.CharFilter(max_length=40)

    class Meta:
        model = Notification
        fields = ["unread", "kind"]


@extend_schema_view(
    list=extend_schema(description="The caller's own notifications, the newest first."),
    retrieve=extend_schema(description="One of them."),
)
class NotificationViewSet(ReadOnlyResource):
    """The inbox."""

    token_group = Group.INBOX
    model = Notification
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    orderings = {"-id": ("-pk",), "id": ("pk",)}

    def visible(self):
        return Notification.objects.visible_to(self.request.user)

    @extend_schema(request=None, responses=NotificationSerializer, description="Put it aside.")
    @action(detail=True, methods=["post"])
    def read(self, request, pk):
        return self.answer(actions.read(self.get_object(), at=self.act()["at"]))
