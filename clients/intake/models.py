"""Files on their way into the book: what was uploaded, how it is read, and what became of it."""

import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models.lists import Kept
from crm.lib.packing import pack, unpack
from crm.lib.secrets import EncryptedField
from managers.people import scope
from managers.people.scope import Reach, Right


class State(models.TextChoices):
    """Where a run stands; the worker acts in `checking` and `running`, a person in the others."""

    UPLOADED = "uploaded", _("Uploaded")
    MAPPED = "mapped", _("Mapped")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("import", "Done")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
    FAILED = "failed", pgettext_lazy("import", "Failed")


AT_WORK = (State.CHECKING, State.RUNNING)
ENDED = (State.DONE, State.CANCELLED, State.FAILED)


class RunQuerySet(models.QuerySet):
    """Runs of imports."""

    def visible_to(self, person):
        """One's own; whoever imports for the whole bank sees that others' exist and how they do."""
        return self if scope.reach(person, Right.IMPORT) == Reach.ALL else self.held_by(person)

    def held_by(self, person):
        """Those whose content the person may see: own ones, of units that they import for still."""
        if not scope.may(person, Right.IMPORT):
            return self.none()
        within = Q(unit__isnull=True) | Q(unit__in=scope.units(person, Right.IMPORT))
        return self.filter(within, created_by=person)

    def orphaned(self, at):
        """Runs that wait for a worker, or whose worker died."""
        waiting = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        return self.filter(waiting, state__in=AT_WORK).order_by("pk")

    def for_list(self):
        """With who and where; what is sealed stays where it is."""
        return self.select_related("created_by", "unit").defer("report")


class ImportRun(models.Model):
    """One import from the upload to the result.

    `mapping` says what docs/import.md describes. Counts are of rows, `counts` has them by kind;
    `total` is known after the check. A worker holds the run until `lease_until`; `fence` rises with
    each claim, so that one who lost it writes nothing more. `report` holds findings and reasons as
    sealed JSON: they quote cells.
    """

    kind = models.CharField(_("kind"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="uploaded")
    created_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("uploaded at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    mapping = models.JSONField(default=dict)
    title = models.CharField(_("mapping"), max_length=60, blank=True)
    report = EncryptedField(blank=True, default="")
    has_stops = models.BooleanField(default=False)
    has_warnings = models.BooleanField(default=False)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    counts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    attempts = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["checking", "running"]),
                name="imports_at_work",
            ),
            models.Index(fields=["created_by", "-id"], name="imports_of_a_person"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in AT_WORK

    @property
    def said(self) -> dict:
        """Findings and reasons, opened."""
        return json.loads(self.report.open() or "{}")

    def say(self, **parts) -> None:
        """Replace parts of what is said; the caller saves `report`."""
        self.report = json.dumps(self.said | parts, ensure_ascii=False)


class FileQuerySet(models.QuerySet):
    """Sealed files of runs."""

    def sources(self):
        """What was uploaded, without the rows that were mended."""
        return self.filter(is_rejected=False, is_mended=False)

    def mended(self):
        """The rejected rows of an earlier run as a person put them right."""
        return self.filter(is_mended=True)

    def rejected(self):
        """The rows that nobody could use."""
        return self.filter(is_rejected=True)


class ImportFile(models.Model):
    """The content of a file, packed and sealed: any worker on any machine reads it from here."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    is_rejected = models.BooleanField(default=False)
    is_mended = models.BooleanField(default=False, db_default=False)
    body = EncryptedField()

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an import")
        verbose_name_plural = _("files of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "name", "is_rejected", "is_mended"], name="import_file_once"
            )
        ]

    def __str__(self):
        return f"{self.run_id} {self.pk}"

    @classmethod
    def of(cls, run, name: str, content: bytes, **marks: bool) -> "ImportFile":
        """A file with this content, not stored yet."""
        return cls(run=run, name=name, size=len(content), body=pack(content), **marks)

    @property
    def content(self) -> bytes:
        """The bytes that were uploaded."""
        return unpack(self.body.open())


class SavedMappingQuerySet(models.QuerySet):
    """Mappings that people keep."""

    def visible_to(self, person):
        """One's own, and those shared with one's unit or a unit above it."""
        above = person.current_unit.path.strip("/").split("/") if person.current_unit else []
        return self.filter(Q(owner=person) | Q(unit__code__in=above))


class SavedMapping(Kept):
    """A mapping kept under a name: one's own, or shared with a unit and all below it."""

    kind = models.CharField(_("kind"), max_length=20)
    mapping = models.JSONField()

    objects = SavedMappingQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
