"""How a program shows its token, what the token is good for, and how often."""

from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import UserRateThrottle

from managers.access.scopes import allows, only_reads


class ScopedTokens(TokenAuthentication):
    """Tokens of programs: each view names its `token_group`, each token the groups it is for."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found:
            _check(found[1].scopes, request)
        return found


def _check(scopes, request) -> None:
    """Raises PermissionDenied for what the token was not made for."""
    writes = request.method not in SAFE_METHODS
    group = getattr(request.parser_context["view"], "token_group", None)
    if allows(scopes, group, writes=writes):
        return
    if writes and only_reads(scopes):
        raise PermissionDenied(_("This token may only read."), code="read_only_token")
    raise PermissionDenied(_("This token was not made for this."), code="out_of_scope")


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
