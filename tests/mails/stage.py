"""The stage of the mails: who acts, and a scene for each letter, which ends with the letter.

A scene uses names and figures of its own, never a factory's counting ones, so that a mail reads
the same in every run and on every database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from crm.lib import clock
from managers.inbox.actions import notify
from managers.models import Letter, OrgUnit, Staff
from managers.outbox.actions import post

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)
EARLIER = datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)


@dataclass(frozen=True)
class Cast:
    """The people and units of tests/conftest.py, and the moment of the scene."""

    rm: Staff
    peer: Staff
    marketing: Staff
    lobby: Staff
    head: Staff
    admin: Staff
    officer: Staff
    outlet: OrgUnit
    now: datetime


Play = Callable[[Cast], Letter]


@dataclass(frozen=True)
class Scene:
    """What happens, at which moment."""

    play: Play
    at: datetime


scenes: dict[str, Scene] = {}


def scene(name: str, *, at="09:10", day=MONDAY) -> Callable[[Play], Play]:
    """Enter a scene under its letter's kind; a second one of a kind adds `--` and what differs.

    That of a notification's mail is called `notice-` and the notice's kind.
    """

    def enter(play: Play) -> Play:
        assert name not in scenes
        scenes[name] = Scene(play, clock.at_time(day, time.fromisoformat(at)))
        return play

    return enter


def kind_of(name: str) -> str:
    """The kind of letter, or `notice-` and the kind of notice, that a scene shows."""
    return name.partition("--")[0]


def letter(kind: str, *, to, at, about="x:1", **context) -> Letter:
    """A letter of this kind that is due now."""
    return post(kind, to=to, due=at, about=about, at=at, **context)


def notice(kind: str, cast: Cast, *, to, about, key="1", **facts) -> Letter:
    """The mail that says what the inbox says."""
    notify(kind, to=to, about=about, key=key, at=cast.now, mail=True, **facts)
    return Letter.objects.select_related("recipient").get(kind="notification", recipient=to)


def planned(planner, cast: Cast, *, to) -> Letter:
    """What the clock posts to somebody at this moment."""
    planner(cast.now)
    return Letter.objects.select_related("recipient").get(recipient=to)
