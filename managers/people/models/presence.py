"""Who may be an RM, who is away, and who is in the outlet without signing in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.lib import clock


class Eligibility(models.Model):
    """The five attestations without which nobody becomes a relationship manager (rules A4)."""

    staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="eligibilities", verbose_name=_("person")
    )
    ethics = models.BooleanField(_("ethics and integrity"))
    knowledge = models.BooleanField(_("knowledge of rules, banking, insurance and securities"))
    experience = models.BooleanField(_("relevant experience"))
    health = models.BooleanField(_("health and presentation"))
    clean_record = models.BooleanField(_("no adverse work record"))
    attested_by = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="+", null=True, verbose_name=_("attested by")
    )
    attested_at = models.DateTimeField(_("attested at"), default=clock.now)

    class Meta:
        verbose_name = _("eligibility")
        verbose_name_plural = _("eligibilities")

    def __str__(self):
        return f"{self.staff_id} {self.attested_at:%Y-%m-%d}"

    @property
    def is_complete(self) -> bool:
        """Whether all five hold."""
        return all((self.ethics, self.knowledge, self.experience, self.health, self.clean_record))


class AbsenceQuerySet(models.QuerySet):
    def on(self, day):
        """Absences that cover a day."""
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """Days on which a person is away, both ends included, and who covers (rules E8)."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick")
        TRAINING = "training", _("Training")

    staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="absences", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.LEAVE)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        "managers.Staff",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="covers",
        verbose_name=_("deputy"),
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("staff")), name="deputy_is_another"
            ),
        ]

    def __str__(self):
        return f"{self.staff_id} {self.first_day} to {self.last_day}"


class Associate(models.Model):
    """A person in the outlet who never signs in: guard, insurance or securities staff."""

    class Kind(models.TextChoices):
        GUARD = "guard", _("Guard")
        INSURANCE = "insurance", _("Insurance staff")
        SECURITIES = "securities", _("Securities staff")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    employer = models.CharField(_("employer"), max_length=120, blank=True)
    unit = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, related_name="associates", verbose_name=_("unit")
    )
    is_active = models.BooleanField(_("on the roster"), default=True)

    class Meta:
        verbose_name = _("associate")
        verbose_name_plural = _("associates")
        ordering = ["name"]

    def __str__(self):
        return self.name
