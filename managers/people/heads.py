"""Which head answers for an outlet: of its wealth centre, of itself, or of a unit above."""

from django.db.models import Q

from managers.people.models import Absence, OrgUnit, Post, Posting, Staff

HEADS = (Post.WEALTH_HEAD, Post.BRANCH_HEAD)


def heads_of(unit, *, on, first=Post.WEALTH_HEAD, without=()) -> list[Staff]:
    """The heads who answer for a unit, the one to be asked first: present before away.

    `first` is the post that is preferred: the head of the wealth centre that serves the outlet
    (rules D4, E4), or the head of the outlet (rules E5). Then the nearest unit counts.
    """
    codes = unit.path.strip("/").split("/")
    above = ["/".join(["", *codes[:end], ""]) for end in range(1, len(codes) + 1)]
    centre = OrgUnit.objects.filter(pk=unit.served_by_id).values("pk")
    postings = (
        Posting.objects.on(on)
        .filter(Q(unit__path__in=above) | Q(unit__in=centre), post__in=HEADS)
        .filter(staff__is_active=True)
        .exclude(staff__in=[pk for pk in without if pk])
        .select_related("staff", "unit")
    )
    away = set(Absence.objects.on(on).values_list("staff", flat=True))
    ranked = sorted(
        postings,
        key=lambda row: (
            row.staff_id in away,
            row.post != first,
            -len(row.unit.path),
            row.staff_id,
        ),
    )
    return [row.staff for row in ranked]


def head_of(unit, *, on, first=Post.WEALTH_HEAD, without=()) -> Staff | None:
    """The head who is asked first; None where the unit has none."""
    return next(iter(heads_of(unit, on=on, first=first, without=without)), None)
