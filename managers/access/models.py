"""How people come in: their sign-ins and devices, failed attempts, tokens of programs."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from knox.models import AbstractAuthToken

from crm.lib import clock
from crm.lib.secrets import EncryptedField
from managers.access.scopes import Group, Level


class SignIn(models.Model):
    """One way in by a person; alive as long as its session is (`access.queries.sessions_of`).

    `device` is the blind index of a cookie that a browser keeps, `address` is stored masked.
    """

    staff = models.ForeignKey("managers.Staff", models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, db_index=True)
    device = models.CharField(max_length=64)
    browser = models.CharField(max_length=20)
    system = models.CharField(max_length=20)
    address = models.CharField(max_length=45)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["staff", "device"], name="sign_in_by_device"),
            models.Index(fields=["staff", "-at"], name="sign_in_latest"),
        ]

    def __str__(self):
        return f"{self.staff_id} {self.at:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """Failures in a row for an account at an address, neither of which can be read from it."""

    mark = models.CharField(max_length=64, unique=True, help_text="Blind index of both.")
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.failures}"


class AppSecret(models.Model):
    """What an authenticator app knows, and the period of the code that it was last asked for."""

    factor = models.OneToOneField("mfa.Authenticator", models.CASCADE, related_name="app")
    secret = EncryptedField()
    used = models.BigIntegerField(help_text="Counted in periods of 30 seconds.")

    def __str__(self):
        return f"{self.factor_id}"


class Token(AbstractAuthToken):
    """A program's right to speak for a person: hashed, expiring, in named groups of resources."""

    digest = models.CharField(max_length=128, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    scopes = models.JSONField(_("scope"), default=dict, help_text="Level by group of resources.")

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        indexes = [models.Index(fields=["user", "-id"], name="token_latest")]

    def __str__(self):
        return self.name

    @property
    def told_scopes(self) -> list[tuple[str, str]]:
        """The groups and how far it goes in each, in words."""
        return [
            (Group(code).label, Level(self.scopes[code]).label)
            for code in Group.values
            if code in self.scopes
        ]
