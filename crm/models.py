"""What the administrator sets: effective-dated settings and the days that differ from the week."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm import bank


class BankSetting(models.Model):
    """One setting of the bank from a day on; the latest row not after a day rules on that day.

    Read through `crm.bank.read`; a key without a row has the default that stands there.
    """

    key = models.CharField(_("setting"), max_length=60)
    valid_from = models.DateField(_("valid from"))
    value = models.JSONField(_("value"))

    class Meta:
        verbose_name = _("setting of the bank")
        verbose_name_plural = _("settings of the bank")
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="setting_once_a_day")
        ]

    def __str__(self):
        return f"{self.key} ({self.valid_from})"

    def clean(self):
        """Refuse an unknown key and a value of another shape than the default's."""
        try:
            bank.check(self.key, self.value)
        except (KeyError, ValueError) as broken:
            raise ValidationError(str(broken.args[0])) from broken


class CalendarDay(models.Model):
    """An announced day: a holiday, or a weekend day on which people work (rules F5)."""

    date = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("announced day")
        verbose_name_plural = _("announced days")
        ordering = ["date"]

    def __str__(self):
        return f"{self.date} {self.name}"
