"""Acts on many clients at once: what they will do, and a follow-up with each."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.book.list_actions import MOST
from clients.book.models import Client, State
from clients.followups.actions import schedule
from crm.lib.errors import RuleBroken

__all__ = ["MOST", "effects", "follow_up_many"]


def follow_up_many(clients, *, channel, due_on, purpose, by, at) -> list[tuple[int, str]]:
    """Book a follow-up with each client; returns (client id, refusal), "" where it is booked.

    Each is a transaction of its own, in the order of ids and at most `MOST`: a refusal leaves the
    others alone, and no two people can wait for each other.
    """
    wanted = sorted(set(clients))[:MOST]
    seen = Client.objects.visible_to(by).in_bulk(wanted)
    results = []
    for pk in wanted:
        refusal = _("There is no such client.")
        if pk in seen:
            refusal = _refusal(
                seen[pk], channel=channel, due_on=due_on, purpose=purpose, by=by, at=at
            )
        results.append((pk, refusal))
    return results


def effects(act: str, clients) -> list[str]:
    """What the act will do, and to whom it will not; nothing is asked of the database."""
    number = len(clients)
    if act == "tag":
        text = ngettext(
            "%(number)d client gets the tag.", "%(number)d clients get the tag.", number
        )
        return [text % {"number": number}]
    reached = [client for client in clients if _can_be_called(client)]
    text = ngettext(
        "A follow-up is booked for the RM of %(number)d client.",
        "A follow-up is booked for the RMs of %(number)d clients.",
        len(reached),
    )
    found = [text % {"number": len(reached)}]
    if left := number - len(reached):
        text = ngettext(
            "%(number)d client is left in peace or has no RM, and is passed over.",
            "%(number)d clients are left in peace or have no RM, and are passed over.",
            left,
        )
        found.append(text % {"number": left})
    return found


def _can_be_called(client) -> bool:
    return bool(client.owner_id) and client.state != State.CLOSED and not client.do_not_contact


def _refusal(client, **details) -> str:
    try:
        schedule(client, **details)
    except RuleBroken as broken:
        return str(broken)
    return ""
