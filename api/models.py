"""What the API remembers: answers to requests that carry an Idempotency-Key."""

from django.db import models

from crm.lib import clock
from crm.lib.secrets import EncryptedField


class KeptAnswer(models.Model):
    """The answer to one POST, kept for 24 hours; without a status the first one is under way."""

    staff = models.ForeignKey("managers.Staff", models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, help_text="HMAC of the path and the body.")
    status = models.PositiveSmallIntegerField(null=True)
    body = EncryptedField(blank=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="answer_once")]

    def __str__(self):
        return f"{self.staff_id} {self.status}"
