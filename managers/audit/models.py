"""The audit: insert-only events, chained by HMAC in one stream for each unit and month.

Beside it the access log: who read which client's file, insert-only too, sealed in batches.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AuditStream(models.Model):
    """Head of one chain; its first event is chained to the head of the unit's stream before it.

    Writers of one stream queue behind this row, writers of different units do not.
    """

    name = models.CharField(max_length=60, unique=True)
    anchor = models.CharField(max_length=64)
    position = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64)

    def __str__(self):
        return f"{self.name} #{self.position}"


class AuditEvent(models.Model):
    """One thing that somebody did. `facts` hold ids, codes and dates, never personal data.

    `sealed` holds what is personal, as tokens by name: [value] or [before, after], under the key
    of the client concerned.
    """

    stream = models.ForeignKey(AuditStream, models.PROTECT, related_name="events")
    position = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        "managers.Staff", models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    verb = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(_("kind of thing"), max_length=40)
    subject_id = models.CharField(_("which one"), max_length=40)
    client_id = models.BigIntegerField(
        _("client"), null=True, help_text=_("The client concerned, by id.")
    )
    facts = models.JSONField(_("facts"), default=dict)
    sealed = models.JSONField(null=True, default=None, editable=False)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "position"], name="audit_position_once")
        ]
        indexes = [
            models.Index(fields=["client_id", "-at"], name="audit_by_client"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["verb", "-at"], name="audit_by_verb"),
        ]

    def __str__(self):
        return f"{self.verb} {self.subject_type} {self.subject_id}"


class Access(models.TextChoices):
    """What somebody did with a client's data (rules J6)."""

    VIEWED = "viewed", _("read the file")
    LOOKED_UP = "looked_up", _("looked up, masked")
    REVEALED = "revealed", _("revealed a field")
    DOWNLOADED = "downloaded", _("downloaded a sheet")
    EXPORTED = "exported", _("exported")


class Basis(models.TextChoices):
    """On which ground somebody read a client's data (rules A5)."""

    OWN = "own", _("own client")
    COVER = "cover", _("covers the owner")
    RELAY = "relay", _("referral or handover")
    SCOPE = "scope", _("answers for the outlet")
    LOOKUP = "lookup", _("masked look-up")
    UPLOAD = "upload", _("file of one’s own")


class AccessEvent(models.Model):
    """One reading of one client's data by one person; never changed, never removed singly.

    `page` is the name of the address, or the field that was revealed. `mac` seals the row alone; a
    batch of rows is sealed into the audit's chain, so that one that vanishes is missed too.
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="+", verbose_name=_("who")
    )
    client_id = models.BigIntegerField(_("client"))
    verb = models.CharField(_("what"), max_length=10, choices=Access.choices)
    page = models.CharField(pgettext_lazy("page", "where"), max_length=60)
    basis = models.CharField(_("ground"), max_length=8, choices=Basis.choices)
    address = models.GenericIPAddressField(_("address"), null=True)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["client_id", "-at"], name="access_by_client"),
            models.Index(fields=["actor", "-at"], name="access_by_actor"),
            models.Index(fields=["at"], name="access_by_time"),
        ]

    def __str__(self):
        return f"{self.verb} {self.client_id}"


class Verification(models.Model):
    """What one check of the whole audit found; `fault` names the first line that is bent."""

    at = models.DateTimeField(_("when"))
    streams = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    accesses = models.PositiveBigIntegerField()
    fault = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d} {self.fault or 'whole'}"

    @property
    def is_whole(self) -> bool:
        """Whether every line was as it was written."""
        return not self.fault
