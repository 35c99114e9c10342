"""How much risk a client takes, and whether a product fits."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import OfClientsQuerySet
from crm.lib import clock


class ClientRisk(models.IntegerChoices):
    """How much risk a client takes, lowest first (rules C8)."""

    C1 = 1, _("C1 Conservative")
    C2 = 2, _("C2 Cautious")
    C3 = 3, _("C3 Balanced")
    C4 = 4, _("C4 Growth")
    C5 = 5, _("C5 Aggressive")


class AnswerPlace(models.TextChoices):
    """Where the client answered the questions."""

    TERMINAL = "terminal", _("At the terminal in the outlet")
    PHONE_BANK = "phone_bank", _("In the bank's app")
    PAPER = "paper", _("On paper, signed")


class RiskAssessment(models.Model):
    """What a client answered about risk; the latest counts until its last day (rules C8).

    Staff never answer for a client: without that attestation no row can be kept.
    """

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="risk_assessments")
    level = models.PositiveSmallIntegerField(_("risk level"), choices=ClientRisk.choices)
    answered_on = models.DateField(_("answered on"))
    valid_until = models.DateField(_("valid until"))
    place = models.CharField(_("where"), max_length=10, choices=AnswerPlace.choices)
    paper = models.CharField(
        _("questionnaire"), max_length=40, help_text=_("Number of the questionnaire.")
    )
    own_answers = models.BooleanField(_("the client answered alone"))
    recorded_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk assessment")
        verbose_name_plural = _("risk assessments")
        ordering = ["-answered_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="assessment_has_a_level"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("answered_on")), name="assessment_holds_for_some_days"
            ),
            models.CheckConstraint(
                condition=Q(own_answers=True), name="clients_answer_for_themselves"
            ),
            models.UniqueConstraint(fields=["client", "paper"], name="questionnaire_once"),
        ]

    def __str__(self):
        return f"{self.client_id} C{self.level}"

    def holds_on(self, day) -> bool:
        """Whether it may be relied on; its last day is included."""
        return self.answered_on <= day <= self.valid_until


class SuitabilityCheck(models.Model):
    """One answer to "may this client be offered this product by me": yes, or the reasons why not.

    Kept whatever came out. `reasons` are the codes of `rules.Reason`; none of them means yes.
    `level` and `risk` are what was compared that day.
    """

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="suitability_checks")
    product = models.ForeignKey("clients.Product", models.PROTECT, related_name="checks")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="suitability_checks")
    assessment = models.ForeignKey(RiskAssessment, models.PROTECT, null=True, related_name="+")
    licence = models.ForeignKey("managers.Licence", models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(_("client's level"), null=True)
    risk = models.PositiveSmallIntegerField(_("product's risk"))
    need = models.BooleanField(_("the client has this need"), default=False)
    affordable = models.BooleanField(_("the client can afford it"), default=False)
    is_suitable = models.BooleanField(_("suitable"))
    reasons = models.JSONField(_("reasons"), default=list)
    checked_at = models.DateTimeField(_("checked"), default=clock.now)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("suitability check")
        verbose_name_plural = _("suitability checks")
        ordering = ["-checked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_suitable=False) | Q(level__isnull=False, level__gte=F("risk")),
                name="suitable_is_within_the_clients_risk",
            )
        ]

    def __str__(self):
        return f"{self.client_id} {self.product_id} {self.is_suitable}"
