"""Put a file away that law keeps: nobody uses it, only officers know of it (rules J7)."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.appointments.actions import call_off_coming
from clients.book import merged
from clients.book.models import Client, FileReader, State
from clients.followups.actions import call_off_all
from clients.handover.actions import call_off
from clients.lobby.actions import expire
from clients.requests.actions import end_all
from crm.lib.db import lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record


@transaction.atomic
def lock_away(client, *, by, at) -> Client:
    """Lock the file that stands for a client with all that were merged into it; again does nothing.

    Referrals and handovers under way end, follow-ups are called off, nobody is to contact the
    client. Balances and files that come later are refused.
    """
    files = family(client)
    for file in files:
        if not file.locked_at:
            _shut(file, by=by, at=at)
    return files[0]


def family(client) -> list[Client]:
    """The locked rows of the file that stands for a client and of those merged into it.

    Raises RuleBroken when somebody merged one of them while we waited for the lock.
    """
    standing = merged.standing([client.pk])[client.pk]
    members = merged.below([standing])[standing]
    rows = {row.pk: row for row in lock_many(Client, members)}
    if set(merged.below([standing])[standing]) != set(rows) or rows[standing].merged_into_id:
        raise RuleBroken(_("Somebody merged this file just now; please try again."), "conflict")
    return [rows[standing], *(rows[pk] for pk in sorted(rows) if pk != standing)]


def put_away(file, *, reason, by, at) -> None:
    """End everything that is under way with a client, for a reason that follow-ups keep."""
    call_off(file, by=by, at=at)
    call_off_coming(file, reason=reason, by=by, at=at)
    expire(file, by=by, at=at)
    call_off_all(file, reason=reason, by=by, at=at)
    end_all(file, reason=reason, by=by, at=at)
    FileReader.objects.filter(client=file).delete()
    file.refresh_from_db(fields=["next_due_at"])


def _shut(file, *, by, at) -> None:
    put_away(file, reason=_("The file was locked."), by=by, at=at)
    file.state, file.do_not_contact, file.locked_at = State.CLOSED, True, at
    file.version += 1
    file.save(update_fields=["state", "do_not_contact", "locked_at", "version"])
    record("client.locked", file, by=by, at=at, client=file.pk)
