"""Everything that changes an export: ask, decide, build, download, expire."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from clients.exports import queries, rules
from clients.exports.models import Export
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from crm.lib.packing import pack, unpack
from crm.lib.tabular.writing import write_csv, write_xlsx
from managers.audit.actions import log_access, record
from managers.audit.models import Access, Basis
from managers.inbox.actions import notify

State = Export.State


@transaction.atomic
def ask(*, kind, unit, reason, by, at, format="xlsx", **asked) -> Export:  # noqa: A002 - its name
    """Ask for a file; above the free number of rows another person must agree (security 16).

    `asked` narrows the rows, as codes: days `first` and `last` of the audit, `month` of the
    coverage.
    """
    rules.check_question(by, kind=kind, unit=unit, reason=reason)
    export = Export(kind=kind, unit=unit, format=format, asked=asked, asked_by=by, asked_at=at)
    export.reason = " ".join(reason.split())[:300]
    export.rows = queries.rows_of(export).count()
    waits = rules.needs_approval(export.rows, on=clock.local(at).date())
    export.state = State.WAITING if waits else State.QUEUED
    export.save()
    record("export.asked", export, by=by, at=at, kind=kind, unit=unit.pk, rows=export.rows)
    if waits:
        export.approvers.set(rules.approvers(export, on=clock.local(at).date()))
        for approver in export.approvers.all():
            notify("export-waits", to=approver, about=export, key=export.pk, at=at, mail=True)
    return export


@transaction.atomic
def decide(export, *, approve, by, at) -> Export:
    """A second person agrees or refuses."""
    export = lock(export)
    if export.state != State.WAITING:
        raise RuleBroken(_("This export was decided already."), code="conflict")
    if not rules.may_decide(by, export, on=clock.local(at).date()):
        raise RuleBroken(_("Another head, a superior or an officer decides."), code="forbidden")
    export.state = State.QUEUED if approve else State.REFUSED
    export.decided_by, export.decided_at = by, at
    export.save(update_fields=["state", "decided_by", "decided_at"])
    record(f"export.{'approved' if approve else 'refused'}", export, by=by, at=at)
    if not approve:
        notify("export-refused", to=export.asked_by, about=export, key=export.pk, at=at)
    return export


def build_waiting(*, at) -> int:
    """Build what waits for the worker, or was left by one that died; tells how many."""
    left = Q(state=State.QUEUED) | Q(state=State.BUILDING, lease_until__lt=at)
    found = list(Export.objects.filter(left).for_list().order_by("pk"))
    return sum(_claim(export, at=at) and _build(export, at=at) for export in found)


@transaction.atomic
def deposit(client, make, *, to, reason, by, at) -> Export:
    """Lay a copy of a client's data ready for a colleague, who opens it once within a day.

    `make` is given the watermark and returns the bytes of a ZIP and how many rows they hold.
    """
    hours = bank.read("export.hours", on=clock.local(at).date())
    export = Export(kind=Export.Kind.COPY, format=Export.Format.ZIP, unit=client.outlet)
    export.asked_by, export.asked_at, export.reason, export.rows = to, at, reason, 0
    export.asked = {"client": client.pk}
    export.state, export.expires_at = State.READY, at + timedelta(hours=hours)
    export.save()
    body, export.rows = make(watermark(export, at=at))
    export.body = pack(body)
    export.save(update_fields=["body", "rows"])
    grounds = [(client.pk, Basis.SCOPE)]
    log_access(Access.EXPORTED, grounds, by=to, at=at, page=f"export:{export.pk}")
    record("export.built", export, by=by, at=at, client=client.pk, rows=export.rows)
    notify("export-ready", to=to, about=export, key=export.pk, at=at)
    return export


@transaction.atomic
def download(export, *, by, at) -> bytes:
    """The file, for who asked and for a day; each download is in the audit before it leaves.

    A copy for a client is gone with its first download.
    """
    export = lock(export)
    rules.check_download(by, export, at=at)
    record("export.downloaded", export, by=by, at=at, rows=export.rows)
    content = unpack(export.body.open())
    if export.kind == Export.Kind.COPY:
        export.state, export.body = State.EXPIRED, ""
        export.save(update_fields=["state", "body"])
    return content


def expire(*, at) -> int:
    """Empty the files whose day is over."""
    over = Export.objects.filter(state=State.READY, expires_at__lte=at)
    return over.update(state=State.EXPIRED, body="")


def _claim(export, *, at) -> bool:
    """Take it for a while; False if another worker was faster."""
    free = Export.objects.filter(pk=export.pk, state=export.state, lease_until=export.lease_until)
    export.lease_until = at + rules.LEASE
    return bool(free.update(state=State.BUILDING, lease_until=export.lease_until, done=0))


def _build(export, *, at) -> bool:
    """Write the file and tell who asked; False if another worker has it by now."""
    by, lease = export.asked_by, export.lease_until
    mark = watermark(export, at=at)
    with translation.override(by.language):
        rows, ids = _rows(export, mark)
        write = write_csv if export.format == Export.Format.CSV else _as_xlsx(mark)
        body = write(rows)
    with transaction.atomic():
        export = lock(export)
        if (export.state, export.lease_until) != (State.BUILDING, lease):
            return False
        export.state, export.body, export.rows = State.READY, pack(body), len(ids)
        hours = bank.read("export.hours", on=clock.local(at).date())
        export.expires_at, export.lease_until = at + timedelta(hours=hours), None
        export.save(update_fields=["state", "body", "rows", "expires_at", "lease_until"])
        if export.kind in (Export.Kind.CLIENTS, Export.Kind.COVERAGE):
            grounds = [(pk, Basis.SCOPE) for pk in ids]
            log_access(Access.EXPORTED, grounds, by=by, at=at, page=f"export:{export.pk}")
        record("export.built", export, by=by, at=at, rows=len(ids))
        notify("export-ready", to=by, about=export, key=export.pk, at=at)
    return True


def _as_xlsx(mark):
    return lambda rows: write_xlsx(rows, mark=mark)


def watermark(export, *, at) -> str:
    """Who took it, when, and as which export: on top of the file and in every row."""
    return f"{export.asked_by.employee_no} · {clock.local(at):%Y-%m-%d %H:%M} · #{export.pk}"


def _rows(export, mark) -> tuple[list[list[str]], list[int]]:
    """All rows of the file with their watermark, and the ids behind them; notes the progress."""
    made, ids = [[mark], [*queries.header(export), _("watermark")]], []
    found = queries.rows_of(export)
    last = 0
    while part := list(found.filter(pk__gt=last)[: queries.CHUNK]):
        made += [[*cells, mark] for cells in queries.cells(export, part)]
        ids += [queries.id_of(export, row) for row in part]
        last = part[-1].pk
        Export.objects.filter(pk=export.pk).update(done=len(ids))
    return made, ids
