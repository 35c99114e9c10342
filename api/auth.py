"""Tokens for programs: made with number and password, kept hashed, expiring."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from knox.models import get_token_model
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView


class CredentialsSerializer(serializers.Serializer):
    """Staff number and password."""

    employee_no = serializers.CharField(max_length=20, help_text="Staff number.")
    password = serializers.CharField(max_length=128, help_text="Password.")


class TokenSerializer(serializers.Serializer):
    """The token, shown this once."""

    token = serializers.CharField(help_text="Send as `Authorization: Token <token>`.")
    expires_at = serializers.DateTimeField(help_text="When it stops working.")


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
        description="A token for a program that acts for this person. Wrong credentials: 401.",
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
        person = authenticate(
            request,
            username=given.validated_data["employee_no"],
            password=given.validated_data["password"],
        )
        if person is None:
            raise AuthenticationFailed(_("Number or password is wrong."))
        kept, token = get_token_model().objects.create(user=person)
        return Response(TokenSerializer({"token": token, "expires_at": kept.expiry}).data)
