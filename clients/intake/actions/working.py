"""What a worker does with an import; several may try, one at a time holds it.

Each chunk of rows commits together with its count and only while the run's fence is the worker's:
whoever lost the lease, or was called off, writes nothing more. A run that a dead worker left is
begun again from its first row, which changes nothing that is in, and goes on counting.
"""

import csv
import io
import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation

from clients.intake import rules
from clients.intake.actions.acts import ACTS
from clients.intake.actions.runs import contents_of, declared_of
from clients.intake.models import ImportFile, ImportRun, State
from crm.lib.errors import RuleBroken
from crm.lib.mapping import Aside, Line, Tally
from crm.lib.mapping.rejected import HEADER, row_of
from crm.lib.tabular import TabularError, detect
from managers.audit.actions import record

COUNTED = ("created", "updated", "unchanged", "rejected")
LOOKUPS = "lookups"  # rows of files that are only joined
UNITS = "units"  # no rows, so not in the sums
_SHOWN_REASONS = 50
_PARTICULAR = re.compile(r"“[^”]*”|\d+")

log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The run was cancelled, or somebody else has it."""


@dataclass
class Desk(Aside):
    """Where one worker puts rejected rows aside and counts, as long as the run is its own."""

    run: ImportRun
    now: Callable[[], datetime]
    columns: list[str]

    def __post_init__(self):
        self.reasons: Counter[str] = Counter()
        self.count = 0
        self.kind = LOOKUPS
        self._tallies: dict[str, Tally] = {}
        # What a worker had written who is dead.
        self._before = {kind: each for kind, each in self.run.counts.items() if kind != UNITS}
        self._text = io.StringIO()
        self._rows = csv.writer(self._text)
        self._rows.writerow([*HEADER, *self.columns])

    @property
    def content(self) -> bytes:
        """The rejected rows as a CSV file."""
        return self._text.getvalue().encode("utf-8-sig")

    def add(self, line: Line, reason: str = "") -> None:
        self._rows.writerow(row_of(line, reason, self.columns))
        self.reasons[_PARTICULAR.sub("…", reason or line.problem)] += 1
        self.count += 1
        self._of_kind().rejected += 1

    def begin(self) -> None:
        locked = self.held().select_for_update(of=("self",), no_key=True)
        if not locked.exists():
            raise StoppedError

    def wrote(self, tally: Tally) -> None:
        self._of_kind().add(tally)
        self._save()

    def passed(self, tally: Tally) -> None:
        self.wrote(tally)

    def held(self):
        """The run, while it is this worker's."""
        return ImportRun.objects.filter(pk=self.run.pk, fence=self.run.fence, state=self.run.state)

    def _of_kind(self) -> Tally:
        return self._tallies.setdefault(self.kind, Tally())

    def _counts(self) -> dict[str, dict[str, int]]:
        """The counts by kind: what the dead worker wrote was found unchanged once more."""
        found = {kind: asdict(tally) for kind, tally in self._tallies.items()}
        for kind, before in self._before.items():
            counts = found.setdefault(kind, asdict(Tally()))
            again = before["created"] + before["updated"]
            counts["unchanged"] = max(0, counts["unchanged"] - again)
            counts["created"] += before["created"]
            counts["updated"] += before["updated"]
        return found

    def _save(self, **further) -> None:
        counts = self._counts()
        sums = {name: sum(each[name] for each in counts.values()) for name in COUNTED}
        done = sum(sum(asdict(tally).values()) for tally in self._tallies.values())
        saved = self.held().update(
            done=done, counts=counts | further, lease_until=self.now() + rules.LEASE, **sums
        )
        if not saved:
            raise StoppedError

    def finish(self, summary: dict) -> None:
        """Count what came after the last chunk, and the units that were opened on the way."""
        units = summary.get(UNITS, {})
        is_whole = self.run.attempts == 1  # else a dead worker opened some of them
        opened = units.get("created") or units.get("updated")
        self._save(**({UNITS: units} if is_whole and opened else {}))


def work(pk: int, *, now: Callable[[], datetime]) -> str:
    """Check or run an import as far as it gets; its state, or "" if it is somebody else's."""
    run = claim(pk, at=now())
    if run is None:
        return ""
    with translation.override(run.created_by.language):
        try:
            return _carry_out(run, now)
        except StoppedError:
            return ImportRun.objects.values_list("state", flat=True).get(pk=pk)
        except (RuleBroken, TabularError) as refused:
            return _fail(run, str(refused), at=now())
        except Exception as wrong:  # one broken file stops no worker
            log.error("Import %s failed: %s.", pk, type(wrong).__name__)
            return _fail(run, "", at=now())


@transaction.atomic(durable=True)
def claim(pk: int, *, at: datetime) -> ImportRun | None:
    """Hold the run until the lease ends; None if it needs nobody or somebody has it."""
    waiting = ImportRun.objects.orphaned(at).filter(pk=pk).select_related("created_by")
    run = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if run is None:
        return None
    if run.attempts >= rules.MOST_ATTEMPTS:
        _fail(run, "", at=at)
        return None
    if run.state == State.CHECKING:
        run.created = run.updated = 0
        run.counts = {}
    run.fence, run.attempts, run.lease_until = run.fence + 1, run.attempts + 1, at + rules.LEASE
    run.save(update_fields=["fence", "attempts", "lease_until", "created", "updated", "counts"])
    return run


def _carry_out(run: ImportRun, now) -> str:
    declared = declared_of(run, run.mapping)
    desk = Desk(run, now, declared.check())
    looks = run.state == State.CHECKING and not run.files.mended().exists()
    findings = _findings(contents_of(run)) if looks else []
    acts = ACTS[run.kind]
    act = acts.check if run.state == State.CHECKING else acts.run
    try:
        summary = act(declared, desk, by=run.created_by, at=now())
        desk.finish(summary)
    except StoppedError:
        _keep_rejected(run, desk)
        raise
    return _settle(run, desk, findings, at=now())


def _findings(contents: dict[str, bytes]) -> list[dict]:
    """What is odd about the files as a whole."""
    return [
        {
            "file": name,
            "code": finding.code,
            "text": finding.text,
            "severity": finding.severity,
            "row": finding.row,
            "column": finding.column,
            "count": finding.count,
        }
        for name, content in contents.items()
        for finding in detect(content).findings
    ]


@transaction.atomic
def _settle(run: ImportRun, desk: Desk, findings: list[dict], *, at) -> str:
    """Note that the pass has ended, with its findings, reasons and rejected rows."""
    held = desk.held().select_for_update(of=("self",), no_key=True).first()
    if held is None:
        raise StoppedError
    _keep_rejected(held, desk)
    held.say(reasons=desk.reasons.most_common(_SHOWN_REASONS))
    if held.state == State.CHECKING:
        held.say(findings=findings)
        severities = {finding["severity"] for finding in findings}
        held.has_stops, held.has_warnings = "stops" in severities, "warns" in severities
        held.state, held.total, verb = State.CHECKED, held.done, "import.checked"
    else:
        held.state, held.ended_at, verb = State.DONE, at, "import.ended"
    held.lease_until = None
    held.version += 1
    held.save()
    counts = {name: getattr(held, name) for name in COUNTED}
    record(verb, held, by=held.created_by, at=at, kind=held.kind, **counts)
    return held.state


def _keep_rejected(run: ImportRun, desk: Desk) -> None:
    """Store the rejected rows in place of those of an earlier pass."""
    run.files.rejected().delete()
    if desk.count:
        ImportFile.of(run, "rejected.csv", desk.content, is_rejected=True).save()


@transaction.atomic
def _fail(run: ImportRun, reason: str, *, at) -> str:
    held = ImportRun.objects.filter(pk=run.pk, fence=run.fence, state=run.state)
    held = held.select_for_update(of=("self",), no_key=True).first()
    if held is None:
        return ""
    held.say(failure=reason)
    held.state, held.ended_at, held.lease_until = State.FAILED, at, None
    held.version += 1
    held.save()
    record("import.failed", held, by=held.created_by, at=at, kind=held.kind)
    return held.state
