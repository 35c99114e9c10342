"""Which languages a person of the bank speaks beside Mandarin, which everybody does."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tongue(models.TextChoices):
    """A language or dialect that a client may want to be served in; codes of ISO 639."""

    CANTONESE = "yue", _("Cantonese")
    SHANGHAINESE = "wuu", _("Shanghainese")
    HOKKIEN = "nan", _("Hokkien")
    HAKKA = "hak", _("Hakka")
    ENGLISH = "en", _("English")
    JAPANESE = "ja", _("Japanese")
    KOREAN = "ko", _("Korean")
    RUSSIAN = "ru", _("Russian")


class SpokenLanguage(models.Model):
    """A language that a person speaks well enough to advise in it (rules E1)."""

    staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="spoken", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=3, choices=Tongue.choices)

    class Meta:
        verbose_name = _("spoken language")
        verbose_name_plural = _("spoken languages")
        ordering = ["staff", "language"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "language"], name="spoken_language_once")
        ]

    def __str__(self):
        return f"{self.staff_id} {self.language}"
