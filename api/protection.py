"""What guards a file: one detail unmasked for a purpose, who may know of it, and its end."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.people import posted_staff
from clients.book import actions, rules
from clients.book.reveal import LONGEST, Detail, reveal
from clients.privacy import actions as ending
from clients.privacy.rules.closing import Cause, may_close
from crm.pages import address_of


class RevealSerializer(serializers.Serializer):
    """One detail, and what it is needed for."""

    field = serializers.ChoiceField(choices=Detail.choices)
    purpose = serializers.CharField(max_length=LONGEST, help_text="Kept in the audit.")


class RevealedSerializer(serializers.Serializer):
    """The detail as the client gave it; keep it nowhere."""

    field = serializers.ChoiceField(choices=Detail.choices)
    value = serializers.CharField()


class ProtectSerializer(serializers.Serializer):
    """Whether only owner and heads see the file, and which of the bank's people the client is."""

    restricted = serializers.BooleanField()
    person = serializers.PrimaryKeyRelatedField(
        queryset=posted_staff(), allow_null=True, default=None
    )


class EndSerializer(serializers.Serializer):
    """The day on which the relationship ended, and why."""

    ended_on = serializers.DateField()
    cause = serializers.ChoiceField(choices=Cause.choices)


class ProtectionActions:
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

    @extend_schema(
        request=ProtectSerializer,
        responses={204: None},
        description="Restrict a file, or name the colleague whose own it is. Heads only.",
    )
    @action(detail=True, methods=["post"])
    def protect(self, request, pk):
        client = self.get_object()
        allowed = rules.may_restrict(request.user, client)
        self.refuse_unless(allowed, _("Only a head of the client's outlet restricts a file."))
        actions.protect(client, **self.read_input(ProtectSerializer), **self.act())
        return Response(status=204)

    @extend_schema(
        request=EndSerializer,
        description="End the relationship: what is planned is called off, and the law counts from "
        "that day. 409 while the client holds something. Heads only.",
    )
    @action(detail=True, methods=["post"])
    def close(self, request, pk):
        client = self._to_end(request)
        given = self.read_input(EndSerializer)
        return self.answer(ending.close(client, **given, **self.act()))

    @extend_schema(request=None, description="Take the end of the relationship back. Heads only.")
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk):
        return self.answer(ending.reopen(self._to_end(request), **self.act()))

    def _to_end(self, request):
        client = self.get_object()
        allowed = may_close(request.user, client)
        self.refuse_unless(allowed, _("Only a head of the client's outlet ends a relationship."))
        return client
