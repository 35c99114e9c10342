"""Two files made one, and how to make them two again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import Client


class Merge(models.Model):
    """`merged` was taken into `kept`; undone while `undone_at` is null and the time runs.

    `exchanged` names the fields whose values the two files swapped; nothing is overwritten.
    `moved` holds, by model, the ids of the rows that went to the kept file, and `set` the plain
    columns of either file before and after. Neither holds names or contact details (security 15).
    """

    kept = models.ForeignKey(Client, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Client, models.PROTECT, related_name="merged_by")
    exchanged = models.JSONField(default=list)
    moved = models.JSONField(default=dict)
    set = models.JSONField(default=dict)
    made_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("merged"))
    undone_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merged_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
        ]

    def __str__(self):
        return f"{self.merged_id} {self.kept_id}"
