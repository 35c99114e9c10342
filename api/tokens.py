"""How a program shows its token, what the token is good for, and how often."""

from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import UserRateThrottle


class ScopedTokens(TokenAuthentication):
    """Tokens of programs; one that may only read is refused wherever something is written."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found and found[1].read_only and request.method not in SAFE_METHODS:
            raise PermissionDenied(_("This token may only read."), code="read_only_token")
        return found


class ScopedTokensScheme(KnoxTokenScheme):
    """How the schema describes them."""

    target_class = ScopedTokens


class PerToken(UserRateThrottle):
    """The rate of a token; of a person where a page asks."""

    def get_cache_key(self, request, view):
        token = request.auth
        if token is None:
            return super().get_cache_key(request, view)
        return self.cache_format % {"scope": self.scope, "ident": f"token-{token.pk}"}
