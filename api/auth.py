"""Tokens for programs: made with number and password, kept hashed, expiring."""

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from crm.lib import clock
from crm.pages import address_of
from managers.access import rules
from managers.access.actions import attempts, tokens
from managers.access.scopes import Group, Level, everything


class ScopesSerializer(serializers.Serializer):
    """Groups of resources, each to be read (`read`) or changed as well (`write`)."""

    def get_fields(self):
        """One field for each group; every operation names its own as `x-token-scope`."""
        return {
            code: serializers.ChoiceField(Level.choices, required=False, help_text=str(label))
            for code, label in Group.choices
        }


class CredentialsSerializer(serializers.Serializer):
    """Staff number and password, and a code for whoever has a second factor."""

    employee_no = serializers.CharField(max_length=20, help_text="Staff number.")
    password = serializers.CharField(max_length=128, help_text="Password.")
    otp = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="Code of the authenticator app, or a recovery code.",
    )
    read_only = serializers.BooleanField(
        default=False, help_text="Whether the token may only read, whatever `scopes` name."
    )
    scopes = ScopesSerializer(
        required=False, help_text="What the token is good for; left out: every group, for all."
    )


class TokenSerializer(serializers.Serializer):
    """The token, shown this once."""

    token = serializers.CharField(help_text="Send as `Authorization: Token <token>`.")
    expires_at = serializers.DateTimeField(help_text="When it stops working.")
    scopes = ScopesSerializer(help_text="What it is good for.")


class TokenView(APIView):
    """Get a token."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    def get_authenticate_header(self, request):
        """Wrong credentials answer 401 although nobody needs to be signed in here."""
        return "Token"

    @extend_schema(
        request=CredentialsSerializer,
        responses=TokenSerializer,
        auth=[],
        description=(
            "A token for a program that acts for this person, for twelve hours. Wrong credentials: "
            "401. Whoever has a second factor sends its code as `otp`: 401 with the code "
            "`otp_required` without one, `otp_wrong` for a wrong or used one. After five failures "
            "in a row: 429, with Retry-After."
        ),
        examples=[
            OpenApiExample(
                "Sign in",
                value={"employee_no": "880427", "password": "correct horse battery"},
                request_only=True,
            )
        ],
    )
    def post(self, request):
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked, now = given.validated_data, clock.now()
        person = attempts.check_password(
            request,
            asked["employee_no"],
            asked["password"],
            address=address_of(request),
            at=now,
        )
        if person is None:
            raise AuthenticationFailed(_("Number or password is wrong."))
        _check_factor(person, asked.get("otp"), at=now)
        attempts.forget(person.employee_no, address_of(request))
        scopes = asked.get("scopes") or everything(Level.WRITE)
        if asked["read_only"]:
            scopes = dict.fromkeys(scopes, Level.READ)
        kept, token = tokens.make_token(
            person, name=_("By number and password"), scopes=scopes, at=now
        )
        told = {"token": token, "expires_at": kept.expiry, "scopes": kept.scopes}
        return Response(TokenSerializer(told).data)


def _check_factor(person, otp, *, at) -> None:
    """Ask for the second factor of whoever has one, or must have one."""
    if not rules.has_factor(person):
        if settings.SECOND_FACTOR_REQUIRED:
            sentence = _("Set up a second factor first.")
            raise PermissionDenied(sentence, code="second_factor_missing")
        return
    if not otp:
        raise AuthenticationFailed(_("Send the code of your second factor."), code="otp_required")
    if attempts.check_code(person, otp, at=at) is None:
        raise AuthenticationFailed(
            _("The code is not right, or it was used before."), code="otp_wrong"
        )
