"""What the API tells and takes of handovers."""

from rest_framework import serializers

from api.clients import OwnClientField
from clients.handover import rules as handover_rules
from clients.handover.actions.answering import Decision
from clients.handover.models import Item, ReturnReason
from clients.models import Handover
from crm import words
from managers.models import Staff


class ReceiverField(serializers.PrimaryKeyRelatedField):
    """A wealth RM of the caller's branch; nobody else can be named."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Staff.objects.all(), **kwargs)

    def get_queryset(self):
        unit = self.context["request"].user.current_unit
        return handover_rules.receivers(unit) if unit else Staff.objects.none()


class FileSerializer(serializers.Serializer):
    """Text for each of the ten items; what is not named stays as it is."""

    def get_fields(self):
        return {
            item.value: serializers.CharField(max_length=1000, required=False, allow_blank=True)
            for item in Item
        }


class HandoverSerializer(serializers.ModelSerializer):
    """A handover; `file` is empty for who may not open the client's file."""

    client_name = serializers.SerializerMethodField(help_text="Masked name.")
    file = serializers.SerializerMethodField(help_text="Text for each of the ten items.")
    filled = serializers.IntegerField(help_text="How many of the ten are filled or waived.")
    waived = serializers.SerializerMethodField(help_text="Items that a head waived, with reasons.")
    return_items = serializers.SerializerMethodField(help_text="What to mend of which item.")
    return_note = serializers.SerializerMethodField(help_text="What to mend, in words.")
    due_at = serializers.SerializerMethodField(help_text="Deadline of the present stage.")

    class Meta:
        model = Handover
        fields = [
            "id",
            "client",
            "client_name",
            "from_staff",
            "to_staff",
            "file",
            "filled",
            "state",
            "due_at",
            "submitted_at",
            "accepted_at",
            "introduced_at",
            "closed_at",
            "return_reason",
            "return_note",
            "return_items",
            "waived",
            "needs_decision",
            "returns",
            "version",
        ]

    def get_client_name(self, handover) -> str:
        return words.masked_name(handover.client)

    def get_file(self, handover) -> dict[str, str]:
        return handover.file if handover.client_id in self.context["readable"] else {}

    def get_waived(self, handover) -> dict[str, str]:
        return handover.waived if handover.client_id in self.context["readable"] else {}

    def get_return_items(self, handover) -> dict[str, str]:
        return handover.return_items if self._says(handover) else {}

    def get_return_note(self, handover) -> str:
        return handover.return_note if self._says(handover) else ""

    def _says(self, handover) -> bool:
        """After the introduction the sender reads name, state and points only (rules E6)."""
        is_over = handover.introduced_at is not None
        return not is_over or handover.client_id in self.context["readable"]

    def get_due_at(self, handover) -> str | None:
        return handover.due.isoformat() if handover.due else None


class HandoverDetailSerializer(HandoverSerializer):
    """A handover, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(HandoverSerializer.Meta):
        fields = [*HandoverSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, handover) -> list[str]:
        return handover_rules.allowed_actions(self.context["request"].user, handover)


class NewHandoverSerializer(serializers.Serializer):
    """Whose client goes to whom."""

    client = OwnClientField()
    to_staff = ReceiverField()
    file = FileSerializer(required=False)


class IntroduceSerializer(serializers.Serializer):
    """What the client said to the introduction."""

    acknowledged = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ReturnSerializer(serializers.Serializer):
    """Why the file goes back."""

    reason = serializers.ChoiceField(ReturnReason.choices)
    note = serializers.CharField(max_length=300, required=False)
    items = FileSerializer(required=False, help_text="What is wrong with which item.")


class AskWaiverSerializer(serializers.Serializer):
    """An item that cannot be filled, and why."""

    item = serializers.ChoiceField(Item.choices)
    reason = serializers.CharField(max_length=200)


class WaiveSerializer(serializers.Serializer):
    """A head's answer; `reason` where nobody asked."""

    item = serializers.ChoiceField(Item.choices)
    grant = serializers.BooleanField()
    reason = serializers.CharField(max_length=200, required=False)


class DecideSerializer(serializers.Serializer):
    """How a file goes on that was returned twice."""

    decision = serializers.ChoiceField(Decision.choices)
    note = serializers.CharField(max_length=300)
    to = ReceiverField(required=False)
