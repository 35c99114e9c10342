"""Benefits: what a tier gives a year, what a client was granted and has used (rules C3, C6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import OfClientsQuerySet, Tier
from crm.lib import clock
from crm.words import in_chinese


class Benefit(models.Model):
    """Something that clients of some tiers get a number of times a year."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    latin_name = models.CharField(_("name in Latin letters"), max_length=80, blank=True)
    is_active = models.BooleanField(_("is granted"), default=True)
    position = models.PositiveSmallIntegerField(_("place"), default=1)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        ordering = ["position", "code"]

    def __str__(self):
        return self.name

    @property
    def shown_name(self) -> str:
        """The name in the page's language."""
        return self.name if in_chinese() or not self.latin_name else self.latin_name


class BenefitQuota(models.Model):
    """How often a year clients of a tier get a benefit."""

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="quotas")
    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices)
    times = models.PositiveSmallIntegerField(_("times a year"))

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["benefit", "times"]
        constraints = [
            models.UniqueConstraint(fields=["benefit", "tier"], name="one_quota_a_tier"),
            models.CheckConstraint(condition=Q(times__gte=1), name="a_quota_is_at_least_one"),
        ]

    def __str__(self):
        return f"{self.benefit_id} {self.tier} {self.times}"


class GrantQuerySet(OfClientsQuerySet):
    def for_list(self):
        """All that lists and serializers touch, in one query."""
        return self.select_related("benefit")

    def usable(self, day):
        """Grants that have something left on a day."""
        return self.filter(expires_on__gte=day, used__lt=F("quota"))


class BenefitGrant(models.Model):
    """How often a client may use a benefit in a year, and how often it was used: never more."""

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="grants")
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="grants")
    year = models.PositiveSmallIntegerField(_("year"))
    quota = models.PositiveSmallIntegerField(_("quota"))
    used = models.PositiveSmallIntegerField(_("used"), default=0)
    expires_on = models.DateField(_("until"))
    granted_at = models.DateTimeField(_("granted"), default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("benefit grant")
        verbose_name_plural = _("benefit grants")
        ordering = ["client", "-year", "benefit__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "benefit", "year"], name="granted_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("quota")), name="never_used_beyond_the_quota"
            ),
        ]

    def __str__(self):
        return f"{self.client_id} {self.benefit_id} {self.year}"

    @property
    def left(self) -> int:
        """How often it may still be used."""
        return self.quota - self.used

    @property
    def pips(self) -> list[bool]:
        """One for each time of the quota: whether it was used."""
        return [place < self.used for place in range(self.quota)]


class BenefitUse(models.Model):
    """One use or booking of a benefit; taken back, it counts no more and stays readable."""

    grant = models.ForeignKey(BenefitGrant, models.CASCADE, related_name="uses")
    day = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    booked_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(_("booked"), default=clock.now)
    cancelled_at = models.DateTimeField(_("taken back"), null=True)
    cancelled_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("use of a benefit")
        verbose_name_plural = _("uses of benefits")
        ordering = ["-day", "-pk"]

    def __str__(self):
        return f"{self.grant_id} {self.day}"
