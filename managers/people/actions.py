"""Everything that changes people: accounts, attestations, postings, absences, preferences."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.lib import names
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.people import rules
from managers.people.models import SEQUENCE_OF, Absence, Eligibility, Posting, Staff


@transaction.atomic
def hire(*, employee_no, name, by, at, password=None, latin_name="", **details) -> Staff:
    """Open an account. Without a password nobody can sign in with it.

    Raises RuleBroken when the staff number is taken.
    """
    person = Staff(
        employee_no=employee_no,
        name=name,
        latin_name=latin_name or names.latin(name),
        created_at=at,
        **details,
    )
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as taken:
        sentence = _("There is a person with this staff number already.")
        raise RuleBroken(sentence, fields={"employee_no": sentence}) from taken
    record("staff.hired", person, by=by, at=at)
    return person


@transaction.atomic
def attest(staff, *, by, at, **items) -> Eligibility:
    """Record the five attestations: `ethics`, `knowledge`, `experience`, `health`, `clean_record`.

    Kept as yes or no only, health above all (rules A4).
    """
    attested = {name: bool(items[name]) for name in rules.ATTESTED}
    eligibility = Eligibility.objects.create(
        staff=staff, attested_by=by, attested_at=at, **attested
    )
    complete = eligibility.is_complete
    record("staff.attested", eligibility, by=by, at=at, staff=staff.pk, complete=complete)
    return eligibility


@transaction.atomic
def post_to(staff, *, unit, post, since, by, at, grade="", step=None) -> Posting:
    """Begin a posting on a day; the one before ends with the day before it (rules A2).

    Raises RuleBroken for relationship managers who are not attested or lack a grade (rules A3,
    A4, B1), and for a day that is not after the beginning of the present posting.
    """
    staff = lock(staff)
    rules.check_posting(staff, post=post, grade=grade, step=step, since=since)
    staff.postings.filter(until__isnull=True).update(until=since)
    posting = Posting.objects.create(
        staff=staff,
        unit=unit,
        post=post,
        sequence=SEQUENCE_OF[post],
        grade=grade,
        step=step,
        since=since,
    )
    record(
        "staff.posted",
        posting,
        by=by,
        at=at,
        staff=staff.pk,
        unit=unit.pk,
        post=post,
        grade=grade,
        step=step,
        since=since,
    )
    return posting


@transaction.atomic
def be_absent(staff, *, first_day, last_day, by, at, kind="leave", deputy=None) -> Absence:
    """Note days on which a person is away, both ends included, and who covers (rules E8).

    Raises RuleBroken for days noted before, and for a deputy who is away or has another post.
    """
    staff = lock(staff)
    rules.check_absence(staff, first_day=first_day, last_day=last_day, deputy=deputy)
    absence = Absence.objects.create(
        staff=staff, kind=kind, first_day=first_day, last_day=last_day, deputy=deputy
    )
    record(
        "staff.absent",
        absence,
        by=by,
        at=at,
        staff=staff.pk,
        first_day=first_day,
        last_day=last_day,
        deputy=deputy.pk if deputy else None,
    )
    return absence


@transaction.atomic
def name_deputy(absence, deputy, *, by, at) -> Absence:
    """Say who covers an absence that was noted without a deputy (rules E8).

    Raises RuleBroken for a deputy who is away then or has another post.
    """
    absence = lock(absence)
    days = {"first_day": absence.first_day, "last_day": absence.last_day}
    rules.check_deputy(absence.staff, deputy, **days)
    absence.deputy = deputy
    absence.save(update_fields=["deputy"])
    facts = {"staff": absence.staff_id, "deputy": deputy.pk}
    record("staff.covered", absence, by=by, at=at, **facts)
    return absence


@transaction.atomic
def call_off_absence(absence, *, by, at) -> None:
    """Take back an absence that has not begun."""
    record("staff.stays", absence, by=by, at=at, staff=absence.staff_id)
    absence.delete()


def set_preferences(staff, *, language="", theme="") -> Staff:
    """Keep the language and the appearance that a person chose; "" leaves one as it is."""
    staff.language = language or staff.language
    staff.theme = theme or staff.theme
    staff.save(update_fields=["language", "theme"])
    return staff
