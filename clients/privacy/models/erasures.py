"""Proof of what was thrown away."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """What was thrown away at once, why and by whom; nothing of what it said (rules J7).

    `rows` counts by table. `digest` is the SHA-256 of the tables and ids that went; the audit's
    chain holds it too, so that this row can neither be changed nor vanish unseen. `client_id` and
    `number` name the client whose file it was; they are empty for records of a kind whose period
    is over. `by` is None where the clock acted.
    """

    class Basis(models.TextChoices):
        PERIOD = "period", _("The period is over")
        REQUEST = "request", _("The client asked for it")

    kind = models.CharField(_("kind"), max_length=20)
    client_id = models.BigIntegerField(_("client"), null=True)
    number = models.CharField(_("client number"), max_length=40, blank=True)
    basis = models.CharField(_("basis"), max_length=7, choices=Basis.choices)
    rows = models.JSONField(_("rows"), default=dict)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["client_id"], name="erasures_of_a_client")]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def count(self) -> int:
        """How many rows went, of all tables."""
        return sum(self.rows.values())
