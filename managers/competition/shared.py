"""Sums that many screens and pages ask for at once: one asks the ledger, the others share them."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

from crm.lib.db import settled_edge, shared_now

Found = TypeVar("Found")

_KEPT = 30  # seconds until the cache forgets it, longer than it is shown
_ASKING = 10  # seconds after which whoever asks the ledger counts as gone
_PAUSE = 0.02
_SETTLED = timedelta(minutes=1)


def share(name: str, find: Callable[[], Found]) -> Found:
    """What `find` finds, or found for somebody a moment before.

    A moment is `STANDINGS_SPAN`, or what finding took where that is longer: whoever asked while
    it was under way takes the same. Age counts from when finding began, so that a
    result shows in all that is asked a moment after its commit, whatever its primary key. One asks
    at a time, the others wait. The cache holds what is found: ids and amounts, nothing of clients.
    """
    if not settings.STANDINGS_SPAN:
        return find()
    key, at = f"standings:{name}", shared_now()
    while (found := _kept(key, at)) is None:
        if cache.add(f"{key}:asking", True, _ASKING):
            try:
                # Whoever asked before may have come to the end meanwhile.
                found = _kept(key, at)
                return _asked(key, find) if found is None else found
            finally:
                cache.delete(f"{key}:asking")
        time.sleep(_PAUSE)
    return found


def _kept(key: str, at: datetime):
    began, took, found = cache.get(key) or (at, timedelta(), None)
    moment = max(timedelta(seconds=settings.STANDINGS_SPAN), took)
    return found if at - began < moment else None


def _asked(key: str, find: Callable[[], Found]) -> Found:
    began = shared_now()
    found = find()
    cache.set(key, (began, shared_now() - began, found), _KEPT)
    return found


def settled(asked: list, find: Callable[[int], Found]) -> tuple[int, Found]:
    """The edge of what is settled, and what `find` finds below it; looked for once a minute.

    `asked` tells by its words what is looked for. What was written in transactions below the edge
    is there for good, and what is not there yet is going to have a number from the edge on: a key
    that is committed late is not missed.
    """
    key = f"standings:settled:{sha256(repr(asked).encode()).hexdigest()}"
    at = shared_now()
    began, edge, found = cache.get(key) or (at - _SETTLED, 0, None)
    if at - began >= _SETTLED:
        edge = settled_edge()
        found = find(edge)
        cache.set(key, (at, edge, found), 2 * _SETTLED.seconds)
    return edge, found
