"""What a person is told inside the product, beside the mails."""

from django.db import models
from django.db.models import Q


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A person's own, and nobody else's."""
        return self.filter(to=person)

    def unread(self):
        """Those that were neither opened nor put aside."""
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One thing that one person is told once.

    The words are made when it is read, in the reader's language, from `about` (a kind of thing and
    its id) and `facts`, which hold ids, codes, numbers and dates only. `key` says what must not be
    told twice.
    """

    to = models.ForeignKey("managers.Staff", models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=40)
    about_type = models.CharField(max_length=40)
    about_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["to", "kind", "key"], name="notification_once")
        ]
        indexes = [
            models.Index(fields=["to", "-id"], name="inbox_newest"),
            models.Index(fields=["to"], condition=Q(read_at__isnull=True), name="inbox_unread"),
            models.Index(
                fields=["read_at"], condition=Q(read_at__isnull=False), name="inbox_put_aside"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.about_id}"
