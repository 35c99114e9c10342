"""Rows that speak of clients whom the bank knows: holdings, contacts, members of households."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.book import merged
from clients.book.models import Client
from clients.intake.bounds import Bounds
from clients.intake.mapping import Mapping
from crm.lib import clock
from crm.lib.db import lock_many
from crm.lib.mapping import Aside, Import, Part


@dataclass(frozen=True)
class KnownClients:
    """The clients of whom further rows may speak: those within the bounds.

    `coming` are the numbers of clients whom a check has found new; they have no id yet.
    """

    bounds: Bounds
    coming: set[str]

    def files(self, numbers) -> dict[str, list[int]]:
        """The file of each number, then those to which it leads by merges; the last one stands.

        Both the file and the one that stands are within the bounds.
        """
        clients = self.bounds.clients().in_use()
        ids = dict(clients.filter(number__in=numbers).values_list("number", "pk"))
        above = merged.above(ids.values())
        standing = {way[-1] for way in above.values() if way}
        away = standing - set(clients.filter(pk__in=standing).values_list("pk", flat=True))
        known = {number: [pk, *above[pk]] for number, pk in ids.items()}
        coming: dict[str, list[int]] = {number: [] for number in self.coming.intersection(numbers)}
        return coming | {number: way for number, way in known.items() if way[-1] not in away}

    def hold(self, numbers) -> dict[str, list[int]]:
        """The files of these numbers, locked: until the chunk is in nobody erases or merges them.

        Whom somebody locked away or erased while we waited is not among them (rules J7).
        """
        held: set[int] = set()
        files = self.files(numbers)
        while missing := {pk for way in files.values() for pk in way} - held:
            lock_many(Client, missing)
            held |= missing
            files = self.files(numbers)  # as they are now that nobody changes them
        return files


class OfClients(Import):
    """One row, one thing of the client whose `number` it names; rows of others are put aside."""

    def __init__(
        self,
        mapping: Mapping,
        declared: Part,
        known: KnownClients,
        rejected: Aside,
        *,
        by,
        at,
    ):
        super().__init__(declared.stream, mapping.sources, rejected, by=by, at=at)
        self._known = known
        self._prefix = mapping.prefix
        self._declared = declared
        self._today = clock.local(at).date()

    def ready(self, rows: list) -> list:
        known = self._known.files({row.number for row in rows})
        for row in rows:
            if row.number not in known:
                self.reject(row.line, _("There is no client %(number)s.") % {"number": row.number})
        return [row for row in rows if row.number in known]
