"""Whose file a person may open: by post, by an absence that they cover, by a handover."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models
from django.db.models import Q, Value

from crm.lib import clock
from managers.people import scope
from managers.people.models import Absence
from managers.people.scope import Reach, Right

OPEN_TO_COLLEAGUES = Q(restricted=False, person__isnull=True)  # else owner and heads (rules A5)


def owned_within(person) -> Q:
    """The condition under which a person may open a client's file (rules A5, A6).

    RMs: their own book, clients of colleagues whom they cover today, and handovers sent to them,
    the latter two unless the file is restricted or a colleague's; heads: the clients whose outlet
    lies in their units. Everybody else: none. Nobody opens a file about themselves.
    """
    reached = scope.reach(person, Right.VIEW_FILE)
    if reached == Reach.NONE:
        return Q(pk__in=[])
    if reached != Reach.OWN:
        return Q(outlet__in=scope.units(person, Right.VIEW_FILE)) & ~Q(person=person)
    covered, readable = lent_to(person)
    within = Q(owner__in=[person.pk, *covered])
    if covered:
        within &= Q(owner=person) | OPEN_TO_COLLEAGUES
    if readable:
        within |= Q(pk__in=readable) & OPEN_TO_COLLEAGUES
    return within & ~Q(person=person)


@contextmanager
def asked_once(person) -> Iterator[None]:
    """Within it, whom a person covers and which files are lent to them is asked once.

    For what is put together in one go, a mail, a page or a part of one; what comes after asks anew.
    """
    known = getattr(person, "lent", None)
    person.lent = lent_to(person)
    try:
        yield
    finally:
        person.lent = known


def lent_to(person) -> tuple[list[int], list[int]]:
    """The colleagues whom a person covers today, and the clients whose file they may read.

    Keys, not a subquery: of a choice between one and a value no database finds its index.
    """
    if (known := getattr(person, "lent", None)) is not None:
        return known
    absences = Absence.objects.on(clock.today()).filter(deputy=person).order_by()
    files = FileReader.objects.filter(staff=person)
    rows = absences.values_list(Value("owner"), "staff").union(
        files.values_list(Value("client"), "client"), all=True
    )
    found: dict[str, list[int]] = {"owner": [], "client": []}
    for kind, pk in rows:
        found[kind].append(pk)
    return found["owner"], found["client"]


class FileReader(models.Model):
    """A wealth RM who may read a file before owning it: a handover was sent to them (rules E6)."""

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="readers")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="readable")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "staff"], name="reader_once")]

    def __str__(self):
        return f"{self.client_id} {self.staff_id}"
