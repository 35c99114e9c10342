"""The kinds of notification: who knows what each one says.

Features above register theirs here, so that the inbox knows none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _

from managers.inbox.models import Notification


@dataclass(frozen=True)
class Told:
    """A notification in the reader's language; it goes by mail too, so names are masked in it."""

    title: str
    text: str = ""
    url: str = ""  # of the matter, inside the product
    icon: str = "bell"


Teller = Callable[[list[Notification]], dict[int, Told]]

tellers: dict[str, Teller] = {}
_at_once: set[str] = set()


def register(kind: str, teller: Teller, *, at_once=False) -> None:
    """Name who tells a kind: all notifications of a page at once, so that it costs one query.

    They are to one person. The answer goes by the notification's id; one that is left out is about
    something that is gone, or that this person may not see any more (rules A5). The mail of what
    is to be known `at_once` does not wait for the end of quiet hours.
    """
    tellers[kind] = teller
    if at_once:
        _at_once.add(kind)


def can_wait(kind: str) -> bool:
    """Whether its mail keeps quiet hours."""
    return kind not in _at_once


def still_told(notification, *, to) -> Told | None:
    """The words of one notification; None once its matter is gone."""
    notification.to = to
    teller = tellers.get(notification.kind)
    return teller([notification]).get(notification.pk) if teller else None


def tell(notifications: Iterable[Notification], *, to) -> list[tuple[Notification, Told]]:
    """Each notification of a person with its words, in the given order."""
    rows = list(notifications)
    for row in rows:
        row.to = to
    words: dict[int, Told] = {}
    for kind, some in groupby(sorted(rows, key=attrgetter("kind")), key=attrgetter("kind")):
        words |= tellers[kind](list(some)) if kind in tellers else {}
    return [(row, words.get(row.pk) or _gone()) for row in rows]


def _gone() -> Told:
    return Told(_("The matter is settled"), _("What this was about is no longer there."))
