"""Sums that many screens and pages ask for at once: one asks the ledger, the others share them."""

import time
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from crm.lib.db import shared_now
from managers.competition.divisions import Division
from managers.competition.models import Competition
from managers.competition.sums import totals_until

_KEPT = 30  # seconds until the cache forgets them, longer than they are shown
_ASKING = 10  # seconds after which whoever asks the ledger counts as gone
_PAUSE = 0.02


def shared_totals(
    competition: Competition, division: Division | None, *days: date, staff=None
) -> list[dict]:
    """What `totals_until` finds, or found for somebody at most `STANDINGS_SPAN` seconds before.

    Sums are as old as the moment at which they began, so that a result shows in all that is asked
    that much after its commit, whatever its primary key. The ledger is asked by one at a time for
    each division, and for all; the others wait. Ids and amounts are kept, and nothing of clients.
    """
    key = f"standings:{competition.pk}:{division.code if division else 'all'}"
    oldest = shared_now() - timedelta(seconds=settings.STANDINGS_SPAN)
    while (found := _kept(key, days, oldest)) is None:
        if cache.add(f"{key}:asking", True, _ASKING):
            try:
                # Whoever asked before may have come to the end meanwhile.
                return _kept(key, days, oldest) or _asked(key, competition, days, staff)
            finally:
                cache.delete(f"{key}:asking")
        time.sleep(_PAUSE)
    return found


def _kept(key: str, days: tuple[date, ...], oldest: datetime) -> list[dict] | None:
    began, of_days, found = cache.get(key) or (oldest, (), [])
    return found if began > oldest and of_days == days else None


def _asked(key: str, competition: Competition, days: tuple[date, ...], staff) -> list[dict]:
    began = shared_now()
    found = totals_until(competition, *days, staff=staff)
    cache.set(key, (began, days, found), _KEPT)
    return found
