"""What people type is shown as text, wherever it comes up again (security 19, 20)."""

import csv
import io

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, models, transaction
from drf_spectacular.generators import SchemaGenerator
from openpyxl import load_workbook

from clients.exports import actions as exports
from clients.models import Export
from managers.inbox.actions import notify
from managers.outbox import letters
from managers.outbox.courier import deliver_due
from managers.people.models import Post
from tests.visibility.requests import Request, send
from tests.visibility.table import read

pytestmark = [pytest.mark.once, pytest.mark.django_db]

TYPED = '"><b hx-get=//x>'  # short enough for every field that takes more than a code
FORMULAS = ["=HYPERLINK(1)", "＝cmd|calc!A0", "@SUM(1+1)", "\t=1+1", "+1+cmd|x!A0"]
OURS = {"clients", "managers"}
# Codes that rows are found by, or that the product writes itself.
NOT_TYPED = {
    "kind",
    "employee_no",
    "password",
    "path",
    "code",
    "query",
    "rule",
    "hash",
    "head",
    "lease",
    "mapping",
    "set_aside",
}
PAGES = [row for row in read() if row.method == "GET" and not row.is_api and row.kind != "product"]
# What only actions set, and the few requests that name one of them on purpose.
SET_BY_ACTIONS = {
    "owner",
    "owner_id",
    "post",
    "tier",
    "status",
    "state",
    "version",
    "is_superuser",
    "is_staff",
    "is_active",
    "is_valid",
    "aum",
    "points",
    "created_by",
    "created_at",
}
NAMED_ON_PURPOSE = {"version"}  # what the caller saw, compared and never written


def typed_columns(model, text) -> list[str]:
    """Columns that keep words of people, and have room for these."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField)
        and not (field.choices or field.unique or field.db_index or field.name in NOT_TYPED)
        and (field.max_length or len(text)) >= len(text)
        and not field.name.startswith(("source", "about", "key", "actor"))
    ]


def write(model, texts):
    """Into all rows; where a name stands once only, into the rows that can have it."""
    rows = model._base_manager.all()
    parts = [rows, *(rows.filter(pk=pk) for pk in rows.values_list("pk", flat=True))]
    for part in parts:
        try:
            with transaction.atomic():
                part.update(**texts)
        except IntegrityError:
            continue
        if part is rows:
            return


@pytest.fixture
def typed(stage, request):
    """In every column of words stands a piece of a page, or what the test names."""
    text = getattr(request, "param", TYPED)
    undone = transaction.atomic()
    undone._from_testcase = True  # as Django's own tests do: what is durable may run inside
    with undone:
        for model in apps.get_models():
            columns = typed_columns(model, text) if model._meta.app_label in OURS else []
            if columns and model._meta.model_name not in ("auditevent", "accessevent"):
                write(model, dict.fromkeys(columns, text))
        stage.things["client", Post.WEALTH_RM].refresh_from_db()
        yield
        transaction.set_rollback(True)
    stage.things["client", Post.WEALTH_RM].refresh_from_db()


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize("post", [Post.WEALTH_RM, Post.BRANCH_HEAD, Post.TELLER_CASH, Post.AUDITOR])
def test_no_page_takes_what_somebody_typed_for_its_own(stage, post):
    shown, alive = 0, []
    for row in PAGES:
        with transaction.atomic():
            answer = send(Request(stage, row, post, "own"))
            transaction.set_rollback(True)
        text = answer.content.decode(errors="replace")
        shown += "&lt;b hx-get=//x&gt;" in text
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if (is_page and "<b hx-get" in text) or answer.status_code >= 500:
            alive.append(str(row))

    assert alive == []
    assert shown > 3


# --- What leaves the product


@pytest.mark.usefixtures("typed")
def test_no_mail_takes_it_for_its_own(stage, now):
    draft = stage.thing("submitted-to-me", Post.WEALTH_RM, "own")
    notify("handover-submitted", to=draft.to_staff, about=draft, key="typed", at=now, mail=True)
    letters.plan_all(now)
    deliver_due(now)

    pages = [content for letter in mail.outbox for content, _kind in letter.alternatives]
    assert len(pages) > 3
    assert [page for page in pages if "<b hx-get" in page] == []
    assert any("&lt;b hx-get=//x&gt;" in page for page in pages)


@pytest.mark.parametrize("typed", ["x\r\nBcc: evil@evil.example"], indirect=True)
def test_it_adds_no_header_to_a_mail(typed, now):
    letters.plan_all(now)
    deliver_due(now)

    assert mail.outbox
    for letter in mail.outbox:
        written = letter.message()
        assert written["Bcc"] is None
        assert "evil@evil.example" not in str(written["To"]) + str(letter.recipients())
        assert "\n" not in letter.subject + "".join(letter.extra_headers.values())


@pytest.mark.parametrize("typed", ["x\r\nATTENDEE:mailto:evil@evil.example"], indirect=True)
def test_it_adds_no_line_to_a_calendar(typed, stage):
    [row] = [row for row in read() if row.name == "calendar-feed"]
    feed = send(Request(stage, row, Post.WEALTH_RM, "own"))

    lines = feed.content.decode().splitlines()
    assert feed.status_code == 200
    assert "BEGIN:VEVENT" in lines
    assert [line for line in lines if line.startswith("ATTENDEE")] == []


@pytest.mark.usefixtures("typed")
def test_the_review_sheet_prints_it(stage):
    [row] = [row for row in read() if str(row) == "review-sheet POST client"]
    with transaction.atomic():
        answer = send(Request(stage, row, Post.WEALTH_RM, "own"))
        transaction.set_rollback(True)

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("typed", FORMULAS, indirect=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_a_formula(typed, stage, now, kind):
    head = stage.people[Post.BRANCH_HEAD]
    reason = "For the quarterly review"
    asked = {"kind": "clients", "unit": stage.here.unit, "reason": reason, "format": kind}
    export = exports.ask(**asked, by=head, at=now)
    Export.objects.update(state="queued")
    exports.build_waiting(at=now)
    content = exports.download(Export.objects.get(pk=export.pk), by=head, at=now)

    cells = cells_of(content, kind)
    assert len(cells) > 20
    assert [cell for cell in cells if cell[:1] in set("=+-@＝＋－＠\t\r\n\0")] == []


def cells_of(content, kind) -> list[str]:
    """All cells of a file, as a spreadsheet reads them."""
    if kind == "csv":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        return [cell for row in rows for cell in row if cell]
    sheet = load_workbook(io.BytesIO(content)).active
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]


# --- What comes in


def test_no_request_of_the_api_names_what_only_actions_set():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    parts = schema["components"]["schemas"]
    named = {
        f"{method} {path}: {name}"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        for name in _fields(operation.get("requestBody", {}), parts)
        if name in SET_BY_ACTIONS - NAMED_ON_PURPOSE
    }

    assert named == set()


def _fields(part, parts, seen=()) -> set[str]:
    """Names of all fields of a body, also within lists and parts."""
    if isinstance(part, list):
        return set().union(*(_fields(inner, parts, seen) for inner in part))
    if not isinstance(part, dict):
        return set()
    found = set()
    if (reference := part.get("$ref", "").rpartition("/")[2]) and reference not in seen:
        found |= _fields(parts[reference], parts, (*seen, reference))
    names = part.get("properties", {})
    found |= {name for name, field in names.items() if not field.get("readOnly")}
    return found.union(*(_fields(inner, parts, seen) for inner in part.values()))
