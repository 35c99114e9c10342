"""Who may do what with a handover, and until when (rules E2 to E7). Reads only."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.appointments.actions import introduction_of
from clients.book.models import WITH_OWNER, Client, State
from clients.book.rules import check_receiver
from clients.handover.models import CreditShare, Handover, Item, ReturnReason, Waiver
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.lib.money import round_cents
from managers.people import scope
from managers.people.heads import head_of
from managers.people.models import Post, Posting, Staff, UnitKind
from managers.people.scope import Reach, Right

Stage = Handover.State
EDITABLE = (Stage.DRAFT, Stage.RETURNED)
SENDERS = (Post.MARKETING_RM, Post.WEALTH_RM)
WITHDRAWABLE = (Stage.DRAFT, Stage.SUBMITTED, Stage.RETURNED)


def may_hand_over(person, client) -> bool:
    """Marketing RMs hand over the prospects that are theirs, wealth RMs clients (rules A5, E1)."""
    if client.owner_id != person.pk:
        return False
    if person.current_post == Post.MARKETING_RM:
        return client.state == State.PROSPECT
    return person.current_post == Post.WEALTH_RM and client.state in WITH_OWNER


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


def may_waive(person, handover) -> bool:
    """Heads of the sender's unit waive items of the file, unless they are the client (E3)."""
    unit = handover.from_staff.current_unit
    is_head = unit and scope.units(person, Right.ASSIGN).filter(pk=unit.pk).exists()
    return bool(is_head) and person.pk != handover.client.person_id


def may_decide(person, handover, *, on) -> bool:
    """The wealth-centre head decides; where there is none, the head who stands in (rules E4)."""
    client = handover.client
    if person.pk == client.person_id:
        return False
    if scope.reach(person, Right.ANSWER_HANDOVER) == Reach.TREE:
        return may_answer(person, handover)
    return head_of(client.outlet, on=on, without=[client.person_id]) == person


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
        verbs.append("save")
        if not handover.needs_decision:
            verbs.append("submit")
        if handover.missing:
            verbs.append("ask-waiver")
    if handover.state in EDITABLE and handover.missing and may_waive(person, handover):
        verbs.append("waive")
    if handover.needs_decision and may_decide(person, handover, on=clock.today()):
        verbs.append("decide")
    if handover.state == Stage.SUBMITTED and may_answer(person, handover):
        verbs += ["accept", "return"]
    if handover.state == Stage.ACCEPTED and may_introduce(person, handover):
        verbs += [] if introduction_of(handover.client) else ["plan-introduction"]
        verbs.append("introduce")
    if handover.state == Stage.INTRODUCED and person.pk == handover.to_staff_id:
        verbs.append("close")
    if handover.state in WITHDRAWABLE and may_send(person, handover):
        verbs.append("withdraw")
    return verbs


def receivers(unit):
    """Whom somebody of this unit may name as receiver: who is or was a wealth RM of the branch.

    Of these a refusal says why not; everybody else is as somebody whom the bank does not know.
    """
    path = unit.path
    if unit.kind in (UnitKind.OUTLET, UnitKind.WEALTH_CENTRE):
        path = path.removesuffix(f"{unit.code}/")  # the branch, without asking for it
    posted = Posting.objects.filter(post=Post.WEALTH_RM, unit__path__startswith=path)
    return Staff.objects.filter(pk__in=posted.values("staff"))


def check_state(handover, *allowed) -> None:
    """Raise RuleBroken (code `conflict`) unless the handover is in one of these states."""
    if handover.state not in allowed:
        raise RuleBroken(
            _("This handover has moved on: it is %(state)s now.")
            % {"state": handover.get_state_display()},
            code="conflict",
        )


def check_not_taken_back(person, pk: int) -> None:
    """Raise RuleBroken (code `conflict`) if the sender took back what this person was to answer."""
    if Handover.objects.taken_back_from(person).filter(pk=pk).exists():
        raise RuleBroken(_("The sender has withdrawn this handover meanwhile."), code="conflict")


def check_version(handover, seen: int | None) -> None:
    """Raise Stale if the file was saved elsewhere since the person read it."""
    if seen is not None and seen != handover.version:
        raise Stale(_("The file was saved elsewhere meanwhile; please compare before you save."))


def check_free(client) -> None:
    """Raise RuleBroken if a handover of this client is under way."""
    if client.handovers.pending().exists():
        raise RuleBroken(_("A handover of this client is under way."), code="conflict")


def check_wealth_rm(to, client, *, on, sender=None) -> None:
    """Raise RuleBroken unless `to` is a wealth RM who can take the client (rules C3, E1).

    `sender` is the id of who hands over, where the receiver is chosen.
    """
    if to.pk == sender:
        sentence = _("Hand the client over to a colleague.")
        raise RuleBroken(sentence, fields={"to": sentence})
    if to.current_post != Post.WEALTH_RM:
        raise RuleBroken(_("A client is handed over to a wealth RM."))
    check_receiver(to, client, on=on)


def check_complete(handover) -> None:
    """Raise RuleBroken naming what the file lacks: all ten items are asked for (rules E3)."""
    missing = handover.missing
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


def check_waivable(handover, item: str, reason: str) -> None:
    """Raise RuleBroken unless an item lacks, and there is a reason to do without it (rules E3)."""
    if item not in [missing.value for missing in handover.missing]:
        sentence = _("Choose an item that is missing.")
        raise RuleBroken(sentence, fields={"item": sentence})
    if not reason:
        sentence = _("Say why this item cannot be filled.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    if handover.waivers.filter(item=item, state=Waiver.State.ASKED).exists():
        raise RuleBroken(_("Your head has been asked about this item already."), code="conflict")


def check_decided(handover) -> None:
    """Raise RuleBroken while a head decides about a file that was returned twice (rules E4)."""
    if handover.needs_decision:
        raise RuleBroken(
            _("The file was returned twice: the head decides how it goes on."), code="conflict"
        )


def check_decision(handover, note: str, *, by, at) -> None:
    """Raise RuleBroken unless this head is to decide now, and says why (rules E4)."""
    if not may_decide(by, handover, on=clock.local(at).date()):
        raise RuleBroken(_("The wealth-centre head decides."), code="forbidden")
    if not handover.needs_decision:
        raise RuleBroken(_("Nothing is to be decided here any more."), code="conflict")
    if not note.strip():
        sentence = _("Say why you decide so.")
        raise RuleBroken(sentence, fields={"note": sentence})


def check_reason(reason: str, note: str, items: dict) -> None:
    """Raise RuleBroken unless a return says why; "other" says it in words (rules E4)."""
    if not set(items) <= set(Item.values):
        raise RuleBroken(_("The file has no such item."))
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


def shares_points(handover) -> bool:
    """Whether points are shared: for a client won, not for one who was served already (H7)."""
    if handover.introduced_at:
        return handover.aum_then is not None
    return handover.client.state == State.PROSPECT


def percents(*, on) -> dict[str, tuple[int, int]]:
    """Percent of (sender, receiver) for each event that a handover shares (rules E7)."""
    first, rest = bank.read("competition.handover_share", on=on)
    growth, growth_rest = bank.read("competition.growth_share", on=on)
    return {
        CreditShare.Event.INTRODUCTION: (first, rest),
        CreditShare.Event.GROWTH: (growth, growth_rest),
        CreditShare.Event.LATER: (0, 100),
    }


def shares(*, on) -> tuple[Decimal, Decimal]:
    """What part of an introduced client counts for (sender, receiver); together one (rules E7)."""
    percent, _rest = bank.read("competition.handover_share", on=on)
    return split(Decimal(1), percent)


def split(total: Decimal, percent: int) -> tuple[Decimal, Decimal]:
    """A percentage of the whole, and the rest: together the whole to the cent."""
    first = round_cents(total * percent / 100)
    return first, total - first
