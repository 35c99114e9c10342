"""The rows of an export."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext

from clients.book.models import Client, State, Tier
from clients.coverage import rules as coverage
from clients.coverage.queries import measured, name_outlets
from clients.exports.models import Export
from clients.oversight.queries import streams_of
from clients.oversight.verbs import facts_in_words, verb_in_words
from crm import words
from crm.lib import clock
from managers.audit.models import AuditEvent
from managers.people.models import OrgUnit, UnitKind

CHUNK = 500


def rows_of(export) -> QuerySet:
    """What belongs into the file, for who asked, at this moment."""
    if export.kind == Export.Kind.CLIENTS:
        clients = Client.objects.visible_to(export.asked_by).active().for_list()
        return clients.filter(outlet__in=OrgUnit.objects.within(export.unit)).order_by("pk")
    if export.kind == Export.Kind.COVERAGE:
        on = coverage.last_day(export.asked.get("month", ""), today=clock.today())
        rows = measured(Client.objects.visible_to(export.asked_by), on=on)
        return rows.filter(outlet_then__in=OrgUnit.objects.within(export.unit)).order_by("pk")
    events = AuditEvent.objects.select_related("actor").order_by("pk")
    if export.unit.kind != UnitKind.HEAD_OFFICE:  # whose audit is that of the whole bank
        events = events.filter(stream__in=streams_of(export.unit))
    days = export.asked
    return events.filter(
        at__gte=clock.start_of_day(date.fromisoformat(days["first"])),
        at__lte=clock.end_of_day(date.fromisoformat(days["last"])),
    )


def header(export) -> list[str]:
    """The names of the columns, in the language of who asked."""
    return [str(label) for label in _COLUMNS[export.kind][0]()]


def cells(export, rows) -> Iterator[list[str]]:
    """The cells of each row; contact details are masked as on every page."""
    if export.kind == Export.Kind.COVERAGE:
        name_outlets(rows)
    for row in rows:
        yield [str(cell) for cell in _COLUMNS[export.kind][1](row)]


def id_of(export, row) -> int:
    """Of whom a row tells: a client's id; of the audit the event's."""
    return row.client_id if export.kind == Export.Kind.COVERAGE else row.pk


def _client_header():
    field = Client._meta.get_field
    names = ("number", "name", "tier", "state", "aum", "client_since", "last_contact_at")
    labels = [field(name).verbose_name for name in (*names, "next_due_at")]
    return [
        *labels,
        field("owner").verbose_name,
        field("outlet").verbose_name,
        field("phone").verbose_name,
    ]


def _client_cells(client):
    return [
        client.number,
        client.name,
        client.get_tier_display(),
        client.get_state_display(),
        client.aum,
        client.client_since or "",
        words.day(client.last_contact),
        words.day(client.next_due),
        words.plain_name(client.owner) if client.owner else "",
        words.unit_name(client.outlet),
        f"****{client.phone_last4}" if client.phone_last4 else "",
    ]


def _coverage_header():
    field = Client._meta.get_field
    names = ("number", "name", "tier", "state", "owner", "outlet", "last_contact_at")
    return [*(field(name).verbose_name for name in names), gettext("covered")]


def _coverage_cells(row):
    return [
        row.client.number,
        row.client.name,
        Tier(row.tier_then).label,
        State(row.state_then).label,
        words.plain_name(row.owner),
        words.unit_name(row.unit_then),
        "" if row.last_then == clock.NEVER else words.day(row.last_then),
        gettext("yes") if row.is_covered else gettext("no"),
    ]


def _event_header():
    names = ("at", "actor", "verb", "subject_id", "client_id", "facts")
    return [AuditEvent._meta.get_field(name).verbose_name for name in names]


def _event_cells(event):
    facts = "; ".join(f"{label}: {value}" for label, value in facts_in_words(event.facts))
    return [
        words.moment(event.at),
        event.actor.employee_no if event.actor else "",
        verb_in_words(event.verb),
        event.subject_id,
        event.client_id or "",
        facts,
    ]


_COLUMNS = {
    Export.Kind.CLIENTS: (_client_header, _client_cells),
    Export.Kind.COVERAGE: (_coverage_header, _coverage_cells),
    Export.Kind.AUDIT: (_event_header, _event_cells),
}
