"""Failed attempts: counted before a secret is looked at, forgiven when it was right.

Counting first means that guesses sent all at once are counted as well.
"""

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F

from crm.lib.secrets import blind_index
from managers.access import rules
from managers.access.actions.factors import use_code
from managers.access.models import Attempt
from managers.audit.actions import record
from managers.people.models import Staff


def check_password(request, number: str, password: str, *, address: str, at) -> Staff | None:
    """The person whose number and password these are, or None. Raises TooSoon.

    Unknown numbers, wrong passwords and people whose access has ended are answered alike, and
    cost the same work (the backend hashes for nobody, too).
    """
    attempt = begin(number, address, at=at)
    staff = authenticate(request, username=number, password=password)
    if staff is None:
        known = Staff.objects.filter(employee_no=number).first()
        note_failure(attempt, staff=known, stage="password", at=at)
    else:
        take_back(attempt)
    return staff


def check_code(staff, code: str, *, at):
    """The factor that a code proves, or None. Raises TooSoon.

    Counted for the account wherever it comes from: a code is asked after the right password only.
    """
    attempt = begin(staff.employee_no, "", at=at)
    factor = use_code(staff, code, at=at)
    if factor is None:
        note_failure(attempt, staff=staff, stage="code", at=at)
    else:
        take_back(attempt)
    return factor


@transaction.atomic
def begin(number: str, address: str, *, at) -> Attempt:
    """Count an attempt for a staff number at an address. Raises TooSoon while the door is shut."""
    mark = _mark(number, address)
    rows = Attempt.objects.select_for_update(no_key=True)  # a right attempt may delete it meanwhile
    attempt, is_new = rows.get_or_create(mark=mark, defaults={"next_at": at})
    if is_new:
        Attempt.objects.filter(next_at__lt=at - rules.FORGOTTEN).exclude(pk=attempt.pk).delete()
    rules.check_open(attempt, at=at)
    if attempt.next_at < at - rules.FORGOTTEN:
        attempt.failures = 0
    attempt.failures += 1
    attempt.next_at = at + rules.pause(attempt.failures)
    attempt.save(update_fields=["failures", "next_at"])
    return attempt


def take_back(attempt: Attempt) -> None:
    """This one attempt was right; what failed before it still counts until the person is in."""
    Attempt.objects.filter(pk=attempt.pk, failures__gt=0).update(failures=F("failures") - 1)
    Attempt.objects.filter(pk=attempt.pk, failures=0).delete()


def forget(number: str, address: str) -> None:
    """The person is in: failures of this account and address count no more."""
    marks = [_mark(number, place) for place in ("", address)]
    Attempt.objects.filter(mark__in=marks).delete()


def note_failure(attempt: Attempt, *, staff, stage: str, at) -> None:
    """Write down that somebody did not get in, never what was typed (it may be a password)."""
    record(
        "sign_in.refused",
        attempt,
        by=None,
        at=at,
        staff=staff.pk if staff else None,
        stage=stage,
        failures=attempt.failures,
    )


def _mark(number: str, address: str) -> str:
    return blind_index("attempt", f"{number.strip().lower()[:40]}\0{address}")
