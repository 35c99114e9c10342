"""Contacts from rows: what another system knows of calls and visits, each taken in once."""

from datetime import datetime
from operator import attrgetter

from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.followups.models import Contact
from clients.intake.actions.of_clients import OfClients
from clients.intake.rows import ContactRow, contact_row
from crm.lib import bulk
from crm.lib.mapping import Line, Tally
from managers.audit.actions import record_many


class ContactImport(OfClients):
    """One row, one contact, known again by its key; contacts are never written anew (rules F4).

    A row that says otherwise of a contact that is in is put aside, so that somebody hears of it.
    """

    kind = "contacts"
    fills = (Contact,)

    def read(self, line: Line) -> ContactRow:
        return contact_row(line, self._declared, prefix=self._prefix, on=self._today)

    def key(self, row: ContactRow) -> str:
        return row.source_key

    def ready(self, rows: list[ContactRow]) -> list[ContactRow]:
        rows = super().ready(rows)
        files = self._known.files({row.number for row in rows})
        known = _stored(rows)
        agreed = []
        for row in rows:
            contact = known.get(row.source_key)
            if contact and _says_otherwise(row, contact, files[row.number]):
                self.reject(row.line, _("The contact is known, and the row says otherwise."))
            else:
                agreed.append(row)
        return agreed

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


def _stored(rows: list[ContactRow]) -> dict[str, Contact]:
    """The contacts that are in, by their keys."""
    found = Contact.objects.filter(source_key__in=[row.source_key for row in rows])
    return {contact.source_key: contact for contact in found}


def _new(rows: list[ContactRow]) -> list[ContactRow]:
    known = _stored(rows)
    return [row for row in rows if row.source_key not in known]


def _says_otherwise(row: ContactRow, contact: Contact, files: list[int]) -> bool:
    """Whether the row names another client, or other facts than the contact.

    What was said counts where both have it: a list may leave it out, and ours ends by rules J7.
    """
    said = {"notes"} if row.columns["notes"] and contact.notes else set()
    facts = (row.columns.keys() - {"notes"}) | said
    differs = any(getattr(contact, name) != row.columns[name] for name in facts)
    return differs or contact.client_id not in files


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
