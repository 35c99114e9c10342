"""What people do with an import: upload, map, check, run, cancel; and what is thrown away."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clients.intake import rules
from clients.intake.kinds import KINDS
from clients.intake.models import ENDED, ImportFile, ImportRun, State
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken, Stale
from crm.lib.mapping import Declared
from crm.lib.mapping.rejected import mended_rows, restored
from crm.lib.tabular import TabularError
from managers.audit.actions import record


@transaction.atomic
def upload(contents: dict[str, bytes], *, kind: str, by, at) -> ImportRun:
    """Keep files, sealed, as a new run; rejected rows that were mended lose what we added."""
    if not rules.is_for(by, kind):
        raise RuleBroken(_("Your post does not import this."), code="forbidden")
    run = ImportRun.objects.create(
        kind=kind, created_by=by, unit=by.current_unit, created_at=at, ended_at=None
    )
    ImportFile.objects.bulk_create(
        ImportFile.of(run, name[-100:], restored(content)) for name, content in contents.items()
    )
    size = sum(len(content) for content in contents.values())
    record("import.uploaded", run, by=by, at=at, kind=kind, files=len(contents), bytes=size)
    return run


@transaction.atomic
def upload_mended(before: ImportRun, content: bytes, *, by, at) -> ImportRun:
    """Keep rejected rows that were mended as a new run, beside the files that they belong to.

    They are read in the place that they have there, by the same mapping. Raises RuleBroken where
    they do not say their place, or the files have been thrown away.
    """
    if before.created_by_id != by.pk or before.emptied_at:
        raise RuleBroken(_("The files of that import have been thrown away."), code="emptied")
    _check_mended(before, content)
    run = upload({}, kind=before.kind, by=by, at=at)
    files = [
        ImportFile.of(run, file.name, file.content, is_mended=file.is_mended)
        for file in before.files.filter(is_rejected=False).order_by("pk")
    ]
    files.append(ImportFile.of(run, f"mended-{before.pk}.csv", content, is_mended=True))
    ImportFile.objects.bulk_create(files)
    return map_columns(run, before.mapping, title=before.title, by=by, at=at)


def _check_mended(before: ImportRun, content: bytes) -> None:
    try:
        rows = mended_rows(content)
    except TabularError as broken:
        raise RuleBroken(str(broken), code="no_place") from broken
    if rows is None:
        sentence = _(
            "The columns file, row and reason have to stay first: "
            "they say where each mended row belongs."
        )
        raise RuleBroken(sentence, code="no_place")
    if not rows:
        raise RuleBroken(_("The file has no rows."), code="no_place")


@transaction.atomic
def map_columns(run, tables: dict, *, title: str = "", by, at, seen: int | None = None):
    """Say how the files are read. Raises RuleBroken for a mapping that does not fit them."""
    run = _locked(run, by, "map", seen)
    declared_of(run, tables)
    run.mapping, run.title, run.state = tables, title[:60], State.MAPPED
    _forget_check(run)
    return _saved(run, "import.mapped", by=by, at=at)


@transaction.atomic
def start_check(run, *, by, at, seen: int | None = None):
    """Ask a worker to look at every row; nothing is written into the book."""
    run = _locked(run, by, "check", seen)
    run.state = State.CHECKING
    _forget_check(run)
    return _saved(run, "import.check_begun", by=by, at=at)


@transaction.atomic
def start(run, *, accepted: bool, by, at, seen: int | None = None):
    """Ask a worker to import; `accepted` says that the person has read what was found odd."""
    run = _locked(run, by, "run", seen)
    if run.has_warnings and not accepted:
        sentence = _("Tick that you have read what was found.")
        raise RuleBroken(sentence, code="not_accepted", fields={"accepted": [sentence]})
    run.state = State.RUNNING
    _begin_counting(run)
    return _saved(run, "import.begun", by=by, at=at, rows=run.total)


@transaction.atomic
def cancel(run, *, by, at, seen: int | None = None):
    """Stop before the next chunk; what is in stays in, and what was only checked never happened."""
    run = _locked(run, by, "cancel", seen)
    if run.state != State.RUNNING:
        _forget_check(run)
    run.state, run.ended_at = State.CANCELLED, at
    return _saved(run, "import.cancelled", by=by, at=at, done=run.done)


@transaction.atomic
def hand_out_rejected(run, *, by, at) -> ImportFile | None:
    """The file of rejected rows, the reading of which is recorded; None if there is none."""
    file = run.files.rejected().first() if run.created_by_id == by.pk else None
    if file is not None:
        record("import.rejected_read", run, by=by, at=at, rows=run.rejected)
    return file


def throw_away(*, at) -> int:
    """Drop the content of runs older than `import.kept_days`; their counts stay."""
    days = bank.read("import.kept_days", on=clock.local(at).date())
    old = ImportRun.objects.filter(created_at__lt=at - timedelta(days=days), emptied_at=None)
    dropped = 0
    for run in old.iterator():
        dropped += drop_content(run, at=at)
    return dropped


@transaction.atomic
def drop_content(run, *, at) -> bool:
    """Drop what was uploaded and what was said of it; False while a worker has the run."""
    run = lock(run)
    if run.is_at_work:
        return False
    run.files.all().delete()
    run.report, run.emptied_at = "", at
    if run.state not in ENDED:
        run.state, run.ended_at = State.CANCELLED, at
    _saved(run, "import.emptied", by=None, at=at)
    return True


def contents_of(run) -> dict[str, bytes]:
    """What was uploaded, by file name."""
    return {file.name: file.content for file in run.files.sources().order_by("pk")}


def declared_of(run, tables: dict) -> Declared:
    """The mapping with the files of a run, and what was mended of them. Raises RuleBroken."""
    mended = [mended_rows(file.content) or {} for file in run.files.mended().order_by("pk")]
    return rules.check_mapping(KINDS[run.kind], tables, contents_of(run), mended)


def _locked(run, by, verb: str, seen: int | None) -> ImportRun:
    run = lock(run)
    rules.check_act(by, run, verb)
    if seen is not None and seen != run.version:
        raise Stale(_("Somebody changed this meanwhile. Read it again."))
    return run


def _forget_check(run) -> None:
    run.report, run.has_stops, run.has_warnings, run.total = "", False, False, 0
    run.files.rejected().delete()
    _begin_counting(run)


def _begin_counting(run) -> None:
    run.counts = {}
    run.done = run.created = run.updated = run.unchanged = run.rejected = 0
    run.attempts, run.lease_until = 0, None


def _saved(run, verb: str, *, by, at, **facts):
    run.version += 1
    run.save()
    record(verb, run, by=by, at=at, kind=run.kind, **facts)
    return run
