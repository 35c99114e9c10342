"""JSON as the API takes it: of a limited size and depth, in text that can be kept."""

import json

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    """413: more than anybody would type."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class PlainJSONParser(JSONParser):
    """Refuses what no form would send: a body without end, a nest without bottom, half characters.

    Raises TooLarge beyond DATA_UPLOAD_MAX_MEMORY_SIZE bytes, and ParseError for the rest: also for
    a name that stands twice, of which others might read the first (security 20).
    """

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(_("This is too large to be read."))
        try:
            text = body.decode("utf-8")
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
            json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a character has no bytes
        except (ValueError, RecursionError) as wrong:
            raise ParseError(_("This is not JSON that can be read.")) from wrong
        return found


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _refused(text: str):
    raise ValueError(f"{text} is no number.")
