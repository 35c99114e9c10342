"""Sales that can be traced, step by step (rules J2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import SHUT, OfClientsQuerySet
from crm.lib import clock
from crm.lib.money import MoneyField


class SaleQuerySet(OfClientsQuerySet):
    def for_list(self):
        """All that lists and serializers touch, in one query."""
        return self.select_related(
            "client", "product", "staff", "disclosure", "suitability_check", "holding"
        ).defer(*(f"client__{name}" for name in SHUT))


class SaleRecord(models.Model):
    """A sale from the recommendation to the client's yes; amounts in CNY.

    Constraints hold that nothing is confirmed without the version that was disclosed and the
    reference of the recording (rules J2).
    """

    class State(models.TextChoices):
        RECOMMENDED = "recommended", _("Recommended")
        DISCLOSED = "disclosed", _("Disclosed")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", pgettext_lazy("sale", "Cancelled")

    OPEN = (State.RECOMMENDED, State.DISCLOSED)

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="sales")
    product = models.ForeignKey("clients.Product", models.PROTECT, related_name="sales")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="sales")
    suitability_check = models.OneToOneField(
        "clients.SuitabilityCheck", models.PROTECT, related_name="sale"
    )
    amount = MoneyField(_("amount"))
    fee = MoneyField(_("fee income"), default=0, help_text=_("What the bank earns, CNY."))
    state = models.CharField(
        _("state"), max_length=11, choices=State.choices, default=State.RECOMMENDED
    )
    recommended_at = models.DateTimeField(_("recommended"), default=clock.now)
    disclosure = models.ForeignKey(
        "clients.Disclosure", models.PROTECT, null=True, related_name="sales"
    )
    disclosed_at = models.DateTimeField(_("disclosed"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    recording = models.CharField(_("recording"), max_length=60, blank=True)
    holding = models.ForeignKey("clients.Holding", models.SET_NULL, null=True, related_name="sales")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        ordering = ["-recommended_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="sale_of_some_amount"),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (
                    ~Q(recording="")
                    & Q(disclosure__isnull=False, confirmed_at__isnull=False)
                    & Q(disclosed_at__isnull=False)
                ),
                name="confirmed_sales_are_traceable",
            ),
            models.CheckConstraint(
                condition=~Q(state="disclosed") | Q(disclosure__isnull=False),
                name="disclosed_sales_name_their_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="cancelled_sales_have_a_reason",
            ),
            models.UniqueConstraint(
                fields=["recording"], condition=~Q(recording=""), name="a_recording_for_each_sale"
            ),
        ]
        indexes = [models.Index(fields=["client", "-recommended_at"], name="sales_by_client")]

    def __str__(self):
        return f"{self.client_id} {self.product_id} {self.state}"
