"""Pairs of files that may be about one person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models.client import Client
from managers.people import scope
from managers.people.scope import Right

_STANDING = ("merged_into", "locked_at")  # empty in files that stand and are used


class DuplicateQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Pairs of whose files a head answers for both, while both files stand."""
        units = scope.units(person, Right.MERGE)
        marks = [f"{side}__{mark}" for side in ("first", "second") for mark in _STANDING]
        standing = {f"{mark}__isnull": True for mark in marks}
        rows = self.filter(first__outlet__in=units, second__outlet__in=units, **standing)
        return rows.exclude(Q(first__person=person) | Q(second__person=person))

    def open(self):
        """Pairs that nobody has decided about."""
        return self.filter(state=Duplicate.State.OPEN)

    def for_list(self):
        """Both files with their owners, in one query."""
        sides = ("first", "second")
        joined = [f"{side}__{name}" for side in sides for name in ("owner", "outlet")]
        sealed = [f"{side}__{name}" for side in sides for name in ("email", "address")]
        return self.select_related(*sides, *joined).defer(*sealed)


class Duplicate(models.Model):
    """A request to merge: two files of one identity number, one phone, or one name and birth date.

    A name and an age alone make no pair (rules C5). `first` is the older file.
    """

    class Reason(models.TextChoices):
        IDENTITY = "identity", _("same identity number")
        PHONE = "phone", _("same phone")
        BIRTH = "birth", _("same name and date of birth")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state", "Open")
        MERGED = "merged", _("Merged")
        DISTINCT = "distinct", _("Two people")

    first = models.ForeignKey(Client, models.CASCADE, related_name="+")
    second = models.ForeignKey(Client, models.CASCADE, related_name="+")
    reason = models.CharField(_("why"), max_length=8, choices=Reason.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(_("found"))
    decided_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("duplicate")
        verbose_name_plural = _("duplicates")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_in_order"),
        ]

    def __str__(self):
        return f"{self.first_id} {self.second_id} {self.reason}"
