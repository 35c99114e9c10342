"""Sums that many screens and pages ask for at once: one asks the ledger, the others share them."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

from crm.lib.db import shared_now

Found = TypeVar("Found")

_KEPT = 30  # seconds until the cache forgets it, longer than it is shown
_ASKING = 10  # seconds after which whoever asks the ledger counts as gone
_PAUSE = 0.02


def share(name: str, find: Callable[[], Found]) -> Found:
    """What `find` finds, or found for somebody at most `STANDINGS_SPAN` seconds before.

    It is as old as the moment at which it was begun, so that a result shows in all that is asked
    that much after its commit, whatever its primary key. One asks at a time, the others wait. What
    is kept lies in the cache as it is: ids and amounts, and nothing of clients.
    """
    span = timedelta(seconds=settings.STANDINGS_SPAN)
    if not span:
        return find()
    key = f"standings:{name}"
    oldest = shared_now() - span
    while (found := _kept(key, oldest)) is None:
        if cache.add(f"{key}:asking", True, _ASKING):
            try:
                # Whoever asked before may have come to the end meanwhile.
                found = _kept(key, oldest)
                return _asked(key, find) if found is None else found
            finally:
                cache.delete(f"{key}:asking")
        time.sleep(_PAUSE)
    return found


def _kept(key: str, oldest: datetime):
    began, found = cache.get(key) or (oldest, None)
    return found if began > oldest else None


def _asked(key: str, find: Callable[[], Found]) -> Found:
    began = shared_now()
    found = find()
    cache.set(key, (began, found), _KEPT)
    return found
