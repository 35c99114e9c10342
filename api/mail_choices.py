"""Which reminders the caller gets by mail, and when none comes."""

from hashlib import sha256

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api.concurrency import check_tag
from crm import words
from crm.lib import clock
from managers.access.scopes import Group
from managers.outbox import letters, rules
from managers.outbox.actions import choose


class ReminderSerializer(serializers.Serializer):
    """A kind of reminder that the caller may get."""

    kind = serializers.CharField(help_text="Its code.")
    title = serializers.CharField(help_text="Its name in the caller's language.")
    is_wanted = serializers.BooleanField(help_text="Whether it comes by mail.")


class MailChoicesSerializer(serializers.Serializer):
    """What the caller chose; the inbox has everything all the same."""

    reminders = ReminderSerializer(many=True)
    quiet_from = serializers.TimeField(allow_null=True, format="%H:%M")
    quiet_until = serializers.TimeField(allow_null=True, format="%H:%M")
    quiet_from_earliest = serializers.TimeField(format="%H:%M", help_text="As the bank sets it.")
    quiet_until_latest = serializers.TimeField(format="%H:%M", help_text="As the bank sets it.")


class NewMailChoicesSerializer(serializers.Serializer):
    """What changes; what is left out stays."""

    stopped = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        max_length=40,
        help_text="Codes of the reminders that do not come by mail.",
    )
    quiet_from = serializers.TimeField(required=False, allow_null=True)
    quiet_until = serializers.TimeField(required=False, allow_null=True)

    def validate_stopped(self, kinds):
        """Only what the caller may get at all."""
        known = letters.reminders(self.context["request"].user)
        if unknown := set(kinds) - known.keys():
            told = _("No reminder of yours: %(kinds)s.") % {"kinds": words.listed(sorted(unknown))}
            raise serializers.ValidationError(told)
        return sorted(set(kinds))

    def validate_quiet_from(self, begin):
        """Not before the work of the day is done."""
        rules.check_quiet_from(begin, on=clock.today())
        return begin

    def validate_quiet_until(self, until):
        """Not into the morning's work."""
        rules.check_quiet_until(until, on=clock.today())
        return until


_EXAMPLE = OpenApiExample(
    "No summary of the evening, and quiet from 19:00 on",
    value={"stopped": ["evening-summary"], "quiet_from": "19:00", "quiet_until": None},
    request_only=True,
)


class MailChoicesView(APIView):
    """The caller's own choice of mails."""

    token_group = Group.INBOX

    @extend_schema(
        operation_id="mail_choices_retrieve",
        responses=MailChoicesSerializer,
        description="Which reminders the caller gets by mail, and the quiet hours (rules F8).",
    )
    def get(self, request):
        return self.shown(request, rules.choice_of(request.user))

    @extend_schema(
        operation_id="mail_choices_partial_update",
        request=NewMailChoicesSerializer,
        responses=MailChoicesSerializer,
        examples=[_EXAMPLE],
        description="Choose anew. Needs If-Match: 428 without, 412 when stale. A digest with "
        "something overdue comes all the same.",
    )
    def patch(self, request):
        was = rules.choice_of(request.user)
        check_tag(request, _tag(was))
        given = NewMailChoicesSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        kept = {name: getattr(was, name) for name in ("stopped", "quiet_from", "quiet_until")}
        chosen = kept | given.validated_data
        return self.shown(request, choose(**chosen, was=was, by=request.user, at=clock.now()))

    def shown(self, request, choice) -> Response:
        """The choice with its entity tag."""
        until, begin = rules.quiet_limits(on=clock.today())
        reminders = [
            {"kind": kind, "title": title, "is_wanted": kind not in choice.stopped}
            for kind, title in letters.reminders(request.user).items()
        ]
        told = {
            "reminders": reminders,
            "quiet_from": choice.quiet_from,
            "quiet_until": choice.quiet_until,
            "quiet_from_earliest": begin,
            "quiet_until_latest": until,
        }
        return Response(MailChoicesSerializer(told).data, headers={"ETag": _tag(choice)})


def _tag(choice) -> str:
    return f'"mailchoice-{sha256(repr(choice.as_chosen).encode()).hexdigest()[:16]}"'
