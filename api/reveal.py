"""One detail of a client unmasked, for a purpose."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from clients.book import rules
from clients.book.reveal import LONGEST, Detail, reveal
from crm.pages import address_of


class RevealSerializer(serializers.Serializer):
    """One detail, and what it is needed for."""

    field = serializers.ChoiceField(choices=Detail.choices)
    purpose = serializers.CharField(max_length=LONGEST, help_text="Kept in the audit.")


class RevealedSerializer(serializers.Serializer):
    """The detail as the client gave it; keep it nowhere."""

    field = serializers.ChoiceField(choices=Detail.choices)
    value = serializers.CharField()


class RevealAction:
    """Mix into the resource of clients."""

    @extend_schema(
        request=RevealSerializer,
        responses=RevealedSerializer,
        description="One detail unmasked, recorded with its purpose; 429 beyond the hour's limit.",
    )
    @action(detail=True, methods=["post"])
    def reveal(self, request, pk):
        client = self.get_object()
        allowed = rules.may_reveal(request.user, client)
        self.refuse_unless(allowed, _("Only the client's RM and head see this unmasked."))
        given = self.read_input(RevealSerializer)
        value = reveal(client, **given, address=address_of(request), **self.act())
        return Response(
            {"field": given["field"], "value": value}, headers={"Cache-Control": "no-store"}
        )
