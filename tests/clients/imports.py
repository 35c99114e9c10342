"""Files of imports in the web, and the hands that bring them in."""

from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clients.intake.actions import runs
from clients.intake.actions.working import work
from clients.intake.columns import Columns
from clients.intake.kinds import KINDS
from clients.intake.models import ImportRun
from clients.intake.reading import look_at, written
from clients.intake.suggestions import suggest

AT = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
HEADER = "客户号,姓名,性别,手机号,身份证号,出生日期,机构号,职业"
GOOD = "110101198005040022"


def row(number, *, outlet="O1", **changed) -> str:
    """A client as a Chinese bank exports one."""
    cells = {
        "number": f"K{number:05d}",
        "name": f"钱金{'一二三四五六七八九十'[number % 10]}",
        "sex": "女",
        "phone": f"1391234{number:04d}",
        "identity_no": "",
        "birth_date": "1980/05/04",
        "outlet": outlet,
        "job": "教师",
    }
    return ",".join((cells | changed).values())


def table(*rows, header=HEADER, encoding="utf-8", above="") -> bytes:
    """A file of these rows."""
    return (above + "\n".join([header, *rows]) + "\n").encode(encoding)


def upload(person, content, *, kind="clients", name="clients.csv") -> ImportRun:
    """A run with this file."""
    return runs.upload({name: content}, kind=kind, by=person, at=AT)


def mapped(person, content, *, kind="clients", **columns) -> ImportRun:
    """A run whose columns are those that are suggested."""
    run = upload(person, content, kind=kind)
    found = look_at(runs.contents_of(run)["clients.csv"])
    chosen: Columns = suggest(KINDS[kind], found)
    for name, value in columns.items():
        setattr(chosen, name, value)
    tables = chosen.tables(KINDS[kind], name="clients.csv", written=written(found))
    return runs.map_columns(run, tables, by=person, at=AT)


def checked(person, content, **columns) -> ImportRun:
    """A run that the worker has looked at."""
    run = runs.start_check(mapped(person, content, **columns), by=person, at=AT)
    work(run.pk, now=lambda: AT)
    return ImportRun.objects.get(pk=run.pk)


def done(person, content, **columns) -> ImportRun:
    """A run that is through."""
    run = runs.start(checked(person, content, **columns), accepted=True, by=person, at=AT)
    work(run.pk, now=lambda: AT)
    return ImportRun.objects.get(pk=run.pk)


def send(browser, content, *, name="clients.csv", **form):
    """Upload a file on the page."""
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return browser.post(reverse("import-new"), {"kind": "clients", "files": file, **form})


def counts(run) -> tuple[int, int, int, int]:
    """(new, changed, unchanged, rejected)."""
    return run.created, run.updated, run.unchanged, run.rejected
