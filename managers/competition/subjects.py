"""What single results are about, in words; registered by the feature that knows (rules H9).

The ledger holds sources, never clients: which client a reader may be told is for that feature to
say, by the reader's own rights.
"""

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from managers.competition.hand import Thing
from managers.competition.models import PointEntry

# What some people may read about sources, by source; what is unknown or not theirs is left out.
Reader = Callable[..., Mapping[str, Thing]]

_readers: list[Reader] = []
_KINDS = {
    "core": _("from the core system"),
    "deal": _("from a file of results"),
    "appeal": _("after an appeal"),
    "cross_sell": _("reading of the month"),
}


def register(reader: Reader) -> None:
    """Name who knows what sources are about."""
    _readers.append(reader)


def subjects(person, entries: Iterable[PointEntry]) -> list[tuple[PointEntry, Thing]]:
    """Each entry with what it is about, as far as a person may know; else its kind or source."""
    entries = list(entries)
    sources = {entry.pk: (entry.reverses or entry).source for entry in entries}
    found = {
        source: thing
        for reader in _readers
        for source, thing in reader(person, set(sources.values())).items()
    }
    return [(entry, found.get(sources[entry.pk]) or _plain(entry.source)) for entry in entries]


def _plain(source: str) -> Thing:
    kind = source.partition(":")[0]
    return Thing("", "", text=str(_KINDS.get(kind, source)))
