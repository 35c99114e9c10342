"""Write, correct and remove the lines of a file."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book import rules as book
from clients.file import rules
from clients.file.models import Consent, ImportantDate, Preferences
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import record


@transaction.atomic
def add(client, model, *, by, at, **values):
    """Write a new line into the file (rules C9).

    Raises RuleBroken when the file is not the person's to edit, or the values contradict.
    """
    client = own(client, by)
    _check(model, values)
    row = model.objects.create(client=client, recorded_by=by, recorded_at=at, **values)
    _record("added", row, sorted(name for name, value in values.items() if value), by=by, at=at)
    return row


@transaction.atomic
def change(row, *, version, by, at, **values):
    """Correct a line; raises Stale when somebody changed it since `version`, else as `add`."""
    own(row.client, by)
    row = as_seen(row, version)
    _check(type(row), values)
    fields = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if not fields:
        return row
    for name in fields:
        setattr(row, name, values[name])
    row.version += 1
    row.recorded_by, row.recorded_at = by, at
    row.save()
    _record("changed", row, fields, by=by, at=at)
    return row


@transaction.atomic
def remove(row, *, version, by, at) -> None:
    """Take a line out of the file; raises Stale when somebody changed it since `version`.

    Raises RuleBroken for consents: they are withdrawn, and stay.
    """
    own(row.client, by)
    if isinstance(row, Consent):
        raise RuleBroken(_("A consent is withdrawn, not removed."))
    row = as_seen(row, version)
    _record("removed", row, [], by=by, at=at)
    row.delete()


@transaction.atomic
def withdraw_consents(client, purposes, *, on, by, at) -> int:
    """Withdraw what a client allowed for these purposes, as the client asked; returns how many.

    For whoever answers the client's request, who has asked the rules (rules C9, J7).
    """
    client = lock(client)
    rows = Consent.objects.filter(client=client, purpose__in=purposes, withdrawn_on__isnull=True)
    standing = lock_many(Consent, rows.values_list("pk", flat=True))
    for row in standing:
        row.withdrawn_on = max(on, row.given_on)
        row.version += 1
        row.recorded_by, row.recorded_at = by, at
        row.save()
        _record("changed", row, ["withdrawn_on"], by=by, at=at)
    return len(standing)


def keep_preferences(client, *, version, by, at, **values) -> Preferences:
    """Write how the client wants to be reached; `version` is 0 where nothing was known.

    Raises as `change` does: two people who write the first ones at once do not lose either.
    """
    with transaction.atomic():
        client = own(client, by)
        known = Preferences.objects.filter(client=client).first()
        if known is None:
            return add(client, Preferences, by=by, at=at, **values)
        return change(known, version=version, by=by, at=at, **values)


def own(client, by):
    """The locked client, if the person edits this file (rules A5)."""
    client = lock(client)
    if not book.may_edit(by, client):
        raise RuleBroken(_("Only the owner edits this file."), code="forbidden")
    return client


def as_seen(row, version):
    """The locked row, if it is still what the person saw."""
    try:
        row = lock(row)
    except type(row).DoesNotExist as gone:
        raise Stale(_("Somebody took this out of the file while you were writing.")) from gone
    if row.version != version:
        raise Stale(_("Somebody changed this while you were writing."))
    return row


def _check(model, values) -> None:
    if model is ImportantDate:
        rules.check_date(calendar=values["calendar"], month=values["month"], day=values["day"])


def _record(what, row, fields, *, by, at) -> None:
    kind = row._meta.model_name
    record(f"{kind}.{what}", row, by=by, at=at, client=row.client_id, fields=fields)
