"""A machine whose clock is wrong, for processes of tests: the database and others know better."""

from datetime import datetime, timedelta

from crm.lib import clock


def set_clock_wrong(minutes: float) -> None:
    """Let this process's machine be minutes ahead of, or behind, what time it is."""
    ahead = timedelta(minutes=minutes)

    class Wrong(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + ahead

    clock.datetime = Wrong
