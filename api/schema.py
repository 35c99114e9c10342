"""What the schema says of every operation besides its own words: how it may end."""

from drf_spectacular.drainage import warn
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from managers.access.scopes import ANY, Level

# Why an operation answers so; the body is the same for all.
_REASONS = {
    400: "Malformed: a field, a filter or a cursor is not right.",
    401: "Without a session or a token that is still good.",
    403: "The caller may know of it, but not do this.",
    404: "There is nothing here that the caller may see.",
    409: "A rule is broken, or somebody else was faster.",
    412: "The version named in If-Match is not the newest.",
    415: "The body is not written in a media type that is read here.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to try again.",
}
_OUT_OF_SIGHT = "Done, and what it was done to is no longer for the caller to see."
_VERSIONED = {"PUT", "PATCH", "DELETE"}


class ErrorSerializer(serializers.Serializer):
    """Every refusal: a code for programs, one sentence for people, and the fields at fault."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class Schema(AutoSchema):
    """Adds to each operation the token that it asks for, and the endings to be expected."""

    def get_operation(self, *args, **kwargs):
        """The operation, with the scope that a token needs for it as `x-token-scope`."""
        found = super().get_operation(*args, **kwargs)
        if found is None or not self.get_auth():
            return found
        group = getattr(self.view, "token_group", None)
        if group is None:
            warn(f"{type(self.view).__name__} names no token_group: no token can ask it.")
        level = Level.READ if self.method == "GET" else Level.WRITE
        return {**found, "x-token-scope": group if group == ANY else f"{group}:{level}"}

    def _get_response_bodies(self, direction="response"):
        found = super()._get_response_bodies(direction)
        if self.method != "GET":
            found.setdefault("204", {"description": _OUT_OF_SIGHT})
        for status in self._refusals():
            found.setdefault(str(status), self._refusal(status))
        return found

    def _refusals(self) -> list[int]:
        statuses = {400, 401, 403, 429}
        if "{" in self.path:
            statuses.add(404)
        if self.method != "GET":
            statuses |= {409, 415}
        if self.method in _VERSIONED:
            statuses |= {412, 428}
        return sorted(statuses)

    def _refusal(self, status: int) -> dict:
        body = self._get_response_for_code(ErrorSerializer, str(status))
        return {**body, "description": _REASONS[status]}
