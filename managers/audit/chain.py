"""The seal of the audit: what an HMAC covers, and which stream an act belongs to."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from crm.lib import clock

SEALED = "access.sealed"  # the verb of events that chain a batch of the access log
# What became of a whole month of the access log; the newest of a month counts.
DETACHED, ATTACHED, DROPPED = "access.detached", "access.attached", "access.dropped"


def scope(by) -> str:
    """Whose streams an act goes to: those of the actor's unit, the system's without one."""
    posting = by.posting if by else None
    return f"unit:{posting.unit_id}" if posting else "system"


def stream_name(scope: str, at: datetime) -> str:
    """The stream of a Shanghai month; names of one scope sort by time."""
    return f"{scope}:{clock.local(at):%Y-%m}"


def scope_of(stream_name: str) -> str:
    """The scope that a stream belongs to; its root stream bears the scope's own name."""
    kind, *rest = stream_name.split(":")
    return f"{kind}:{rest[0]}" if kind == "unit" else kind


def plain(facts: dict) -> dict:
    """Facts as both databases give them back: moments as text, fractions as exact text."""
    text = json.dumps(facts, cls=DjangoJSONEncoder, allow_nan=False)
    return json.loads(text, parse_float=str)


def root_seal(scope: str) -> str:
    """What the first stream of a scope is chained to."""
    return _seal(["root", scope])


def event_seal(event, *, stream: str, before: str) -> str:
    """The HMAC-SHA256 of one event, chained to the seal before it."""
    content = [
        before,
        stream,
        event.position,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.verb,
        event.subject_type,
        event.subject_id,
        event.client_id,
        event.facts,
    ]
    # Events from before there were sealed values have no place for them.
    return _seal(content if event.sealed is None else [*content, event.sealed])


def access_seal(access) -> str:
    """The HMAC-SHA256 of one row of the access log, by itself: readers do not queue."""
    return _seal(
        [
            "access",
            access.at.astimezone(UTC).isoformat(timespec="microseconds"),
            access.actor_id,
            access.client_id,
            access.verb,
            access.page,
            access.basis,
            access.address,
        ]
    )


def batch_seal(rows: Iterable[tuple[int, str]]) -> tuple[int, str]:
    """How many rows of the access log there are, and the seal of their ids and seals in order."""
    digest, count = hashlib.sha256(), 0
    for count, (pk, mac) in enumerate(rows, start=1):  # noqa: B007 - the last count is the answer
        digest.update(f"{pk}:{mac};".encode())
    return count, digest.hexdigest()


def _seal(content: list) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    key = base64.b64decode(settings.AUDIT_KEY)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
