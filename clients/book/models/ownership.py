"""Who was responsible for a client, and when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Ownership(models.Model):
    """One stretch of responsibility, by an owner or in a pool; the open one has no `until`.

    `outlet` and `state` are the client's when the stretch ended; of an open one, the client's own.
    Never overlapping (a unique open row; on PostgreSQL an exclusion constraint over the period).
    """

    class Cause(models.TextChoices):
        OPENED = "opened", _("File opened")
        IMPORTED = "imported", _("Imported")
        ASSIGNED = "assigned", _("Assigned")
        REFERRAL = "referral", _("Referral accepted")
        HANDOVER = "handover", _("Introduced")
        REASSIGNED = "reassigned", _("Reassigned")
        GIVEN_BACK = "given_back", _("Reassignment undone")

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="ownerships")
    owner = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    pool = models.ForeignKey("managers.OrgUnit", models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    decided_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    set_aside = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("Codes of the rules that the reason sets aside (rules E12)."),
    )

    outlet = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of the client, at the end."),
    )

    class Meta:
        verbose_name = _("ownership")
        verbose_name_plural = _("ownerships")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(until__isnull=True), name="one_open_ownership"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) ^ Q(pool__isnull=True),
                name="ownership_by_owner_or_pool",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="ownership_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.client_id} {self.since:%Y-%m-%d}"
