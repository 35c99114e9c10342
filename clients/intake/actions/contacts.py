"""Contacts from rows: what another system knows of calls and visits, each taken in once."""

from datetime import datetime
from operator import attrgetter

from clients.book.models import Client
from clients.followups.models import Contact
from clients.intake.actions.of_clients import OfClients
from clients.intake.rows import ContactRow, contact_row
from crm.lib import bulk
from crm.lib.mapping import Line, Tally
from managers.audit.actions import record_many


class ContactImport(OfClients):
    """One row, one contact, known again by its key; contacts are never written anew (rules F4)."""

    kind = "contacts"
    fills = (Contact,)

    def read(self, line: Line) -> ContactRow:
        return contact_row(line, self._declared, prefix=self._prefix, on=self._today)

    def key(self, row: ContactRow) -> str:
        return row.source_key

    def write(self, rows: list[ContactRow]) -> Tally:
        files = self._known.hold({row.number for row in rows})
        new = [row for row in _new(rows) if row.number in files]
        made = bulk.insert(
            [
                Contact(
                    client_id=files[row.number][-1],
                    source_key=row.source_key,
                    recorded_at=self.at,
                    **row.columns,
                )
                for row in new
            ]
        )
        who = {"by": self.by, "at": self.at, "client": attrgetter("client_id")}
        record_many("contact.imported", made, **who)
        _note_last(made)
        return Tally(len(made), 0, len(rows) - len(made))

    def compare(self, rows: list[ContactRow]) -> Tally:
        created = len(_new(rows))
        return Tally(created, 0, len(rows) - created)


def _new(rows: list[ContactRow]) -> list[ContactRow]:
    keys = [row.source_key for row in rows]
    known = set(Contact.objects.filter(source_key__in=keys).values_list("source_key", flat=True))
    return [row for row in rows if row.source_key not in known]


def _note_last(made: list[Contact]) -> None:
    """The clients, which are locked, know their last valid contact."""
    last: dict[int, datetime] = {}
    for contact in made:
        if contact.is_valid:
            known = last.get(contact.client_id, contact.happened_at)
            last[contact.client_id] = max(known, contact.happened_at)
    later = [
        client
        for client in Client.objects.filter(pk__in=last)
        if client.last_contact_at < last[client.pk]
    ]
    for client in later:
        client.last_contact_at = last[client.pk]
    Client.objects.bulk_update(later, ["last_contact_at"])
