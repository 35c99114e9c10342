"""Ask one cell of the matrix, keep what came back, and undo whatever it changed."""

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import BufferingHandler

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Max

from managers.models import AccessEvent, AuditEvent, AuditStream
from tests.visibility.requests import Request, send

# Counted in the audit although they only read; apart from them, what only reads writes nothing.
_READS = ("client.looked_up", "import.rejected_read")
_KEPT_BY = {"clients", "managers", "api", "crm", "mfa"}
# A statement that writes, and the table that it writes to.
_WRITES = re.compile(
    r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\W?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Answer:
    """What came back, whether a row has changed, and what was logged meanwhile."""

    status: int
    headers: dict[str, str]
    text: str
    changed: bool
    log: str
    read: frozenset[int]  # clients whose file was read, by the access log

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")


def ask(stage, row, post, relation, **changed) -> Answer:
    """Send the request of a cell; `changed` replaces its method or the id of its object."""
    request = Request(stage, row, post, relation, **changed)
    undone = transaction.atomic()
    undone._from_testcase = True  # as Django's own tests do: what is durable may run inside
    with undone:
        before = AccessEvent.objects.aggregate(last=Max("pk"))["last"] or 0
        with _tables_written() as tables, _log() as records:
            response = send(request)
        answer = Answer(
            status=response.status_code,
            headers=dict(response.headers),
            text=response.content.decode(errors="replace"),  # one of them is a PDF
            changed=_differ(stage.rows, tables),
            log="\n".join(record.getMessage() for record in records),
            read=frozenset(
                AccessEvent.objects.filter(pk__gt=before).values_list("client_id", flat=True)
            ),
        )
        transaction.set_rollback(True)
    return answer


def rows() -> dict:
    """Every row that the bank keeps, by model: sessions, look-ups and the access log aside."""
    return {model: _rows_of(model) for model in _models()}


def _differ(before: dict, tables: set[str]) -> bool:
    written = (model for model in before if model._meta.db_table in tables)
    return any(_rows_of(model) != before[model] for model in written)


def _models() -> list:
    kept = [model for model in apps.get_models() if model._meta.app_label in _KEPT_BY]
    # The audit first: whatever is done is seen there at once.
    aside = (AuditEvent, AuditStream, AccessEvent)
    return [AuditEvent, *(model for model in kept if model not in aside)]


def _rows_of(model) -> list:
    found = model._base_manager.order_by("pk").values_list()
    return list(found.exclude(verb__in=_READS) if model is AuditEvent else found)


@contextmanager
def _tables_written():
    """The tables that are written to while the block runs; no trigger of ours writes to others."""
    tables = set()

    def watch(execute, sql, params, many, context):
        if writes := _WRITES.match(sql):
            tables.add(writes[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables


@contextmanager
def _log():
    """Records of every level, while the block runs; nobody else writes them out meanwhile."""
    root, handler = logging.root, BufferingHandler(capacity=10_000)
    handlers, level = root.handlers, root.level
    root.handlers = [handler]
    root.setLevel(logging.DEBUG)
    try:
        yield handler.buffer
    finally:
        root.handlers = handlers
        root.setLevel(level)
