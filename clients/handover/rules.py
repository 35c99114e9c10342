"""Who may do what with a handover, and until when (rules E2 to E7). Reads only."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.book.models import Client, State
from clients.book.rules import check_receiver
from clients.handover.models import Handover, Item, ReturnReason
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.lib.money import round_cents
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import Post
from managers.people.scope import Reach, Right

Stage = Handover.State
EDITABLE = (Stage.DRAFT, Stage.RETURNED)
WITHDRAWABLE = (Stage.DRAFT, Stage.SUBMITTED, Stage.RETURNED)


def may_hand_over(person, client) -> bool:
    """Marketing RMs hand over the prospects that are theirs (rules A5, E1)."""
    own = client.owner_id == person.pk and client.state == State.PROSPECT
    return own and person.current_post == Post.MARKETING_RM


def may_send(person, handover) -> bool:
    """The sender fills, submits and withdraws, as long as the post keeps clients (rules A5)."""
    return handover.from_staff_id == person.pk and _keeps_clients(person)


def may_answer(person, handover) -> bool:
    """The receiver accepts or returns, or the wealth-centre head of the outlet (rules A5).

    Nobody answers what they sent themselves, whatever they have become since.
    """
    if handover.from_staff_id == person.pk:
        return False
    reached = scope.reach(person, Right.ANSWER_HANDOVER)
    if reached == Reach.OWN:
        return handover.to_staff_id == person.pk
    answered_for = scope.units(person, Right.ANSWER_HANDOVER)
    return answered_for.filter(pk=handover.client.outlet_id).exists()


def may_introduce(person, handover) -> bool:
    """Either of the two who meet the client together, while the post keeps clients (rules E5)."""
    is_one = person.pk in (handover.from_staff_id, handover.to_staff_id)
    return is_one and _keeps_clients(person)


def _keeps_clients(person) -> bool:
    """Whether a post keeps clients: who has become a teller or an auditor moves none (rules A5)."""
    return scope.reach(person, Right.EDIT_FILE) == Reach.OWN


def may_read_file(person, handover) -> bool:
    """Whoever may open the client's file now: after the introduction not the sender (rules E6)."""
    return Client.objects.visible_to(person).filter(pk=handover.client_id).exists()


def allowed_actions(person, handover) -> list[str]:
    """The verbs that this person may apply to the handover now, in working order."""
    verbs = []
    if handover.state in EDITABLE and may_send(person, handover):
        verbs += ["save", "submit"]
    if handover.state == Stage.SUBMITTED and may_answer(person, handover):
        verbs += ["accept", "return"]
    if handover.state == Stage.ACCEPTED and may_introduce(person, handover):
        verbs.append("introduce")
    if handover.state in WITHDRAWABLE and may_send(person, handover):
        verbs.append("withdraw")
    return verbs


def check_state(handover, *allowed) -> None:
    """Raise RuleBroken (code `conflict`) unless the handover is in one of these states."""
    if handover.state not in allowed:
        raise RuleBroken(
            _("This handover has moved on: it is %(state)s now.")
            % {"state": handover.get_state_display()},
            code="conflict",
        )


def check_version(handover, seen: int | None) -> None:
    """Raise Stale if the file was saved elsewhere since the person read it."""
    if seen is not None and seen != handover.version:
        raise Stale(_("The file was saved elsewhere meanwhile; please compare before you save."))


def check_free(client) -> None:
    """Raise RuleBroken if a handover of this client is under way."""
    if client.handovers.pending().exists():
        raise RuleBroken(_("A handover of this client is under way."), code="conflict")


def check_wealth_rm(to, client, *, on) -> None:
    """Raise RuleBroken unless `to` is a wealth RM who can take the client (rules C3, E1)."""
    if to.current_post != Post.WEALTH_RM:
        raise RuleBroken(_("A client is handed over to a wealth RM."))
    check_receiver(to, client, on=on)


def check_complete(handover) -> None:
    """Raise RuleBroken naming what the file lacks: all ten items are asked for (rules E3)."""
    missing = [item for item in Item if not handover.file.get(item, "").strip()]
    if not missing:
        return
    labels = words.listed(item.label for item in missing)
    raise RuleBroken(
        ngettext(
            "One item of the file is missing: %(items)s.",
            "%(count)d items of the file are missing: %(items)s.",
            len(missing),
        )
        % {"count": len(missing), "items": labels},
        fields={item.value: _("Please fill this in.") for item in missing},
    )


def check_reason(reason: str, note: str) -> None:
    """Raise RuleBroken unless a return says why; "other" says it in words (rules E4)."""
    if reason not in ReturnReason.values:
        sentence = _("Choose why you return the file.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    if reason == ReturnReason.OTHER and not note.strip():
        sentence = _("Say in a few words why you return the file.")
        raise RuleBroken(sentence, fields={"note": sentence})


def check_still_owner(client, handover) -> None:
    """Raise RuleBroken if the client has left the sender's book since (rules E6)."""
    if client.owner_id != handover.from_staff_id:
        raise RuleBroken(
            _("The client is not in the book of %(name)s any more.")
            % {"name": words.plain_name(handover.from_staff)},
            code="conflict",
        )


def deadline(setting: str, *, at):
    """The end of the last working day that this stage has, counted from `at` (rules E5, F6)."""
    today = clock.local(at).date()
    days = bank.read(setting, on=today)
    return clock.end_of_day(work_calendar().add_working_days(today, days))


def shares(*, on) -> tuple[Decimal, Decimal]:
    """What part of an introduced client counts for (sender, receiver); together one (rules E7)."""
    percent, _rest = bank.read("competition.handover_share", on=on)
    first = round_cents(Decimal(percent) / 100)
    return first, 1 - first
