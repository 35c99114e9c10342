"""Logs without what somebody asked for: addresses end before their `?` (security 17).

The API's searches stay GETs, and a name or a phone may be what follows.
"""

import logging
import re

from django.core.exceptions import SuspiciousOperation

_QUERY = re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]*")


def without_query(text: str) -> str:
    """The text, its addresses cut off where their query begins."""
    return _QUERY.sub(r"\1", text)


class Formatter(logging.Formatter):
    """Writes no query, also where a traceback quotes one."""

    def format(self, record):
        return without_query(super().format(record))


class WithoutRequest(logging.Filter):
    """Takes the request off a record: handlers that report errors elsewhere would send it whole."""

    def filter(self, record):
        record.__dict__.pop("request", None)
        return True


def telling_requests() -> list[str]:
    """The loggers to which Django hands the request that it tells of."""
    kinds = [kind.__name__ for kind in (SuspiciousOperation, *SuspiciousOperation.__subclasses__())]
    names = ["django.request", "django.security.csrf"]
    return names + [f"django.security.{kind}" for kind in kinds]
