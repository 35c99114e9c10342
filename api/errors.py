"""One envelope for every refusal: code, one sentence, and fields where a field is at fault."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from crm.lib.errors import RuleBroken

# Rules whose breach has a status of its own; every other breach is 409.
_BROKEN = {
    "forbidden": status.HTTP_403_FORBIDDEN,
    "too_many": status.HTTP_429_TOO_MANY_REQUESTS,
    "stale": status.HTTP_412_PRECONDITION_FAILED,
}


class Conflict(exceptions.APIException):
    """409: a rule is broken, or somebody else was faster."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class PreconditionRequired(exceptions.APIException):
    """428: a write to something that people edit must name the version it saw."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"


class PreconditionFailed(exceptions.APIException):
    """412: the version has changed since it was read."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale"


def handler(error, context):
    """Turn an exception into the envelope; None lets an unexpected one become a 500."""
    if isinstance(error, RuleBroken):
        set_rollback()
        fields = {name: [str(text)] for name, text in (error.fields or {}).items()}
        body = {"code": error.code, "detail": str(error), "fields": fields}
        status_code = _BROKEN.get(error.code, status.HTTP_409_CONFLICT)
        return Response(body, status=status_code, headers=_headers(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing here that you may see."))
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return Response(_envelope(error), status=error.status_code, headers=_headers(error))


def _envelope(error) -> dict:
    if isinstance(error, exceptions.ValidationError):
        fields = (
            error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        )
        return {
            "code": "invalid",
            "detail": _("Some fields are not right."),
            "fields": _flat(fields),
        }
    code = error.get_codes()
    return {
        "code": code if isinstance(code, str) else error.default_code,
        "detail": str(error.detail),
        "fields": {},
    }


def _flat(fields) -> dict[str, list[str]]:
    """Nested messages under dotted names."""
    found: dict[str, list[str]] = {}
    for name, messages in fields.items():
        if isinstance(messages, dict):
            found |= {f"{name}.{inner}": texts for inner, texts in _flat(messages).items()}
        elif isinstance(messages, list) and any(isinstance(m, dict) for m in messages):
            for place, message in enumerate(messages):
                found |= {f"{name}.{place}.{k}": v for k, v in _flat(message or {}).items()}
        else:
            found[name] = [str(message) for message in messages]
    return found


def _headers(error) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)
    return headers
