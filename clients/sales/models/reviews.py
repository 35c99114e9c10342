"""Reviews of a client's portfolio (rules C10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.book.models import OfClientsQuerySet
from crm.lib import clock


class PortfolioReview(models.Model):
    """What was agreed about a client's goals and mix on a day; a later review stands beside it.

    `target` maps kinds of product to whole percent that add up to 100.
    """

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="reviews")
    held_on = models.DateField(_("held on"))
    goals = models.TextField(_("goals"), max_length=1000)
    target = models.JSONField(_("target mix"), default=dict)
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("portfolio review")
        verbose_name_plural = _("portfolio reviews")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["client", "held_on"], name="one_review_a_day")
        ]

    def __str__(self):
        return f"{self.client_id} {self.held_on}"
