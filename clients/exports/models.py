"""Exports: who asked for which rows and why, who agreed, and the sealed file for one day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib.secrets import EncryptedField


class ExportQuerySet(models.QuerySet):
    def for_list(self):
        """All that lists and serializers touch, in two queries; the file stays shut."""
        related = self.select_related("asked_by", "decided_by", "unit")
        return related.prefetch_related("approvers").defer("body")

    def visible_to(self, person):
        """One's own, and those that the person decides on or has decided."""
        waiting = Q(state=Export.State.WAITING, approvers=person)
        return self.filter(Q(asked_by=person) | Q(decided_by=person) | waiting).distinct()


class Export(models.Model):
    """A file of rows that leaves the product, from the question to the day it is gone.

    A copy for a client is made by whoever answers the client, not asked for here, and opens once.

    `asked` holds the filter as codes, `approvers` are those who were asked to decide. The worker
    writes `body`, sealed; it is emptied when the link dies. Nobody but who asked ever opens it.
    """

    class Kind(models.TextChoices):
        CLIENTS = "clients", _("Client list")
        COVERAGE = "coverage", _("Coverage of the contact standard")
        AUDIT = "audit", _("Audit events")
        COPY = "copy", _("Copy for a client")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        ZIP = "zip", "ZIP"

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("export", "Waits for approval")
        QUEUED = "queued", pgettext_lazy("export", "Waits for the worker")
        BUILDING = "building", pgettext_lazy("export", "Being built")
        READY = "ready", pgettext_lazy("export", "Ready")
        REFUSED = "refused", pgettext_lazy("export", "Refused")
        EXPIRED = "expired", pgettext_lazy("export", "Expired")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    format = models.CharField(
        _("format"), max_length=4, choices=Format.choices, default=Format.XLSX
    )
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict)
    reason = EncryptedField(_("reason"))
    rows = models.PositiveIntegerField(_("rows"))
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    asked_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="exports")
    asked_at = models.DateTimeField()
    approvers = models.ManyToManyField("managers.Staff", related_name="+")
    decided_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    body = EncryptedField(blank=True, default="")

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="another_decides_on_an_export",
            )
        ]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="exports_of_a_person"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "queued", "building", "ready"]),
                name="exports_under_way",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def filename(self) -> str:
        """The name under which it is downloaded."""
        return f"guibin-{self.kind}-{self.pk}.{self.format}"
