"""What may happen to people's accounts, postings and absences (rules A2 to A4, B1, E8)."""

from datetime import date

from django.utils.translation import gettext as _

from crm import words
from crm.lib.errors import RuleBroken
from managers.people import ladder
from managers.people.models import SEQUENCE_OF, Absence, Eligibility, Posting, Sequence

ATTESTED = ("ethics", "knowledge", "experience", "health", "clean_record")


def check_posting(staff, *, post, grade="", step=None, since: date) -> None:
    """Raise RuleBroken unless the person may begin this posting on that day (rules A3, A4, B1).

    Attestations are asked for where somebody becomes a relationship manager or gets a higher grade.
    """
    latest = staff.postings.order_by("-since").first()
    if SEQUENCE_OF[post] == Sequence.RM:
        if latest is None or not latest.grade or not ladder.at_least(latest.grade, grade):
            check_eligible(staff)
        check_rank(grade, step)
    elif grade or step:
        raise _wrong("grade", _("Only relationship managers have a grade."))
    if latest is not None and since <= latest.since:
        raise _wrong(
            "since",
            _("The present posting began on %(day)s; the next one begins later.")
            % {"day": words.day(latest.since)},
        )


def check_eligible(staff) -> None:
    """Raise RuleBroken naming what is not attested: all five are asked for (rules A4)."""
    latest = Eligibility.objects.filter(staff=staff).order_by("-attested_at", "-pk").first()
    missing = [name for name in ATTESTED if latest is None or not getattr(latest, name)]
    if missing:
        labels = [Eligibility._meta.get_field(name).verbose_name for name in missing]
        raise RuleBroken(
            _("Not attested for a relationship manager: %(items)s.")
            % {"items": words.listed(labels)}
        )


def check_rank(grade: str, step: int | None) -> None:
    """Raise RuleBroken unless the grade has this step (rules B1)."""
    try:
        ladder.rank(grade, step or 0)
    except ValueError as wrong:
        sentence = _("Choose a grade and one of its steps.")
        raise RuleBroken(sentence, fields={"grade": sentence}) from wrong


def check_absence(staff, *, first_day: date, last_day: date, deputy=None) -> None:
    """Raise RuleBroken for days that overlap, or a deputy who cannot cover (rules E8)."""
    if last_day < first_day:
        raise _wrong("last_day", _("The last day is before the first."))
    if _away(staff, first_day, last_day):
        raise _wrong("first_day", _("There is an absence on some of these days already."))
    if deputy is not None:
        check_deputy(staff, deputy, first_day=first_day, last_day=last_day)


def check_deputy(staff, deputy, *, first_day: date, last_day: date) -> None:
    """Raise RuleBroken for a deputy who has left, has another post or is away too (rules E8)."""
    if deputy.pk == staff.pk or not deputy.is_active:
        raise _wrong("deputy", _("Choose a colleague who is in service."))
    if not _same_post(staff, deputy, on=first_day):
        raise _wrong("deputy", _("Only a colleague with the same post covers."))
    if _away(deputy, first_day, last_day):
        raise _wrong("deputy", _("The deputy is away on some of these days."))


def _away(staff, first_day, last_day) -> bool:
    return Absence.objects.filter(
        staff=staff, first_day__lte=last_day, last_day__gte=first_day
    ).exists()


def _same_post(staff, deputy, *, on) -> bool:
    posts = Posting.objects.on(on).filter(staff__in=[staff, deputy]).values_list("post", flat=True)
    return len(posts) == 2 and len(set(posts)) == 1


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
