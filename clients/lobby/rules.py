"""Who may refer whom to whom, and until when it is answered (rules D3, D4). Reads only."""

from datetime import timedelta

from django.utils.translation import gettext as _

from clients.book.models import State
from clients.book.queries import within_reach
from clients.book.rules import check_receiver, check_unchanged
from clients.lobby.models import Cue, Referral, Source
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import Absence, Post
from managers.people.scope import Right

RECOMMENDED = (Source.COLLEAGUE, Source.CLIENT)
_SOURCES = {
    Post.LOBBY_MANAGER: Source.LOBBY_MANAGER,
    Post.LOBBY_ASSISTANT: Source.LOBBY_ASSISTANT,
    Post.TELLER_CASH: Source.TELLER_CASH,
    Post.TELLER_NONCASH: Source.TELLER_NONCASH,
    Post.WEALTH_RM: Source.RM,
    Post.MARKETING_RM: Source.RM,
}


def source_of(person) -> Source:
    """The source that a person's post stands for (rules D4)."""
    return _SOURCES.get(person.current_post, Source.COLLEAGUE)


def answer_by(*, on_site: bool, at):
    """When the answer is due: in minutes while the client waits, else at a working day's end."""
    today = clock.local(at).date()
    if on_site:
        return at + timedelta(minutes=bank.read("referral.onsite_minutes", on=today))
    days = bank.read("referral.working_days", on=today)
    return clock.end_of_day(work_calendar().add_working_days(today, days))


def first_of(client, *, at) -> Referral | None:
    """The referral whose source counts for one made at `at`: that of the chain's beginning.

    A chain goes on while the next referral comes within 30 calendar days; None where nothing
    came before (rules D4).
    """
    first, day = None, clock.local(at).date()
    days = bank.read("referral.first_source_days", on=day)
    for earlier in client.referrals.filter(made_at__lte=at).order_by("-made_at", "-pk"):
        made = clock.local(earlier.made_at).date()
        if (day - made).days > days:
            break
        first, day = earlier, made
    return first


def may_refer(person, outlet) -> bool:
    """Whether clients of this outlet are for the person to refer (rules A5)."""
    return scope.units(person, Right.REFER).filter(pk=outlet.pk).exists()


def check_referable(client, *, by) -> None:
    """Raise RuleBroken unless this client can be referred now by this person (rules A5, D4)."""
    if not may_refer(by, client.outlet):
        raise RuleBroken(_("You can refer clients of your own outlet."), code="forbidden")
    if client.state == State.CLOSED:
        raise RuleBroken(_("This client has left the bank."))
    waiting = client.referrals.waiting().select_related("target").first()
    if waiting is not None:
        raise RuleBroken(
            _("This client was referred to %(name)s on %(time)s and waits for the answer.")
            % {
                "name": words.plain_name(waiting.target),
                "time": words.moment(waiting.made_at),
            },
            code="conflict",
        )


def check_source(source: str, recommended_by, client, *, by) -> None:
    """Raise RuleBroken unless the person may name this source (rules D4).

    Beside their own post it is a colleague who knows the client, or a client who recommends them;
    that one is of the person's outlet and somebody else.
    """
    if source not in (source_of(by), *RECOMMENDED):
        raise RuleBroken(_("This is not your post."), fields={"source": _("Choose who noticed.")})
    if recommended_by is None:
        return
    is_known = within_reach(by).filter(pk=recommended_by.pk).exists()
    if source != Source.CLIENT or recommended_by.pk == client.pk or not is_known:
        sentence = _("Name another client of your outlet, or nobody.")
        raise RuleBroken(sentence, fields={"recommended_by": sentence})


def check_cues(cues, *, source: str) -> None:
    """Raise RuleBroken unless something was noticed that may be a reason (rules C1, D3).

    Who was recommended needs no cue.
    """
    if not set(cues) <= set(Cue.values) or not (cues or source in RECOMMENDED):
        sentence = _("Tick at least one thing that you noticed.")
        raise RuleBroken(sentence, fields={"cues": sentence})


def check_target(target, client, *, by, on) -> None:
    """Raise RuleBroken unless `target` can answer for this client (rules C3, D4).

    A client who has an owner goes to the owner, or to whoever covers today; everybody else to an
    RM who could take the client.
    """
    if target.pk == by.pk:
        raise RuleBroken(_("Refer the client to a colleague, not to yourself."))
    if client.owner_id is None:
        check_receiver(target, client, on=on)
    elif not answers_for(target, client, on=on):
        raise RuleBroken(
            _("%(name)s looks after this client: only they can answer.")
            % {"name": words.plain_name(client.owner)}
        )


def answers_for(person, client, *, on) -> bool:
    """Whether a person owns the client or covers for the owner on a day (rules E8)."""
    if not person.is_active:
        return False
    covers = Absence.objects.on(on).filter(staff=client.owner_id, deputy=person)
    return client.owner_id == person.pk or covers.exists()


def may_answer(person, referral) -> bool:
    """Whoever was asked, as long as the post takes part in the relay: no auditor (rules A5, D4)."""
    return referral.target_id == person.pk and scope.may(person, Right.REFER)


def may_place(person, referral) -> bool:
    """A head of the outlet gives a referred client to an RM, and is not the client (rules D4)."""
    its_outlet = scope.units(person, Right.ASSIGN).filter(pk=referral.outlet_id)
    return person.pk != referral.client.person_id and its_outlet.exists()


def is_still_here(referral, *, at) -> bool:
    """Whether the client may still wait in the lobby: they came in today (rules D4)."""
    return referral.on_site and clock.local(referral.made_at).date() == clock.local(at).date()


def allowed_actions(person, referral) -> list[str]:
    """The verbs that this person may apply to the referral now."""
    if referral.state == Referral.State.ACCEPTED:
        return ["convert"] if may_answer(person, referral) else []
    if referral.state != Referral.State.NEW:
        return []
    verbs = ["place"] if may_place(person, referral) else []
    if may_answer(person, referral):
        verbs += ["decline"] if verbs else ["accept", "decline"]
    return verbs


def check_answer(referral, *, by) -> None:
    """Raise RuleBroken unless the referral waits for the answer of this person (rules D4)."""
    check_waits(referral)
    if may_answer(by, referral):
        return
    if by.pk != referral.target_id and referral.hops.filter(asked=by).exists():
        raise RuleBroken(
            _("This referral has gone on: %(name)s is asked now.")
            % {"name": words.plain_name(referral.target)},
            code="conflict",
        )
    raise RuleBroken(
        _("Only the colleague to whom the client was referred answers."), code="forbidden"
    )


def check_waits(referral) -> None:
    """Raise RuleBroken (code `conflict`) if the referral was answered already."""
    if referral.state != Referral.State.NEW:
        raise RuleBroken(
            _("This referral was answered on %(time)s.")
            % {"time": words.moment(referral.answered_at or referral.settled_at)},
            code="conflict",
        )


def check_place(referral, *, by) -> None:
    """Raise RuleBroken unless this head may still decide who takes the client (rules D4)."""
    if not may_place(by, referral):
        raise RuleBroken(
            _("Only a head of the outlet gives a referred client to an RM."), code="forbidden"
        )
    check_waits(referral)


def check_convert(referral, *, by) -> None:
    """Raise RuleBroken unless the RM who took the client has something to show (rules D4)."""
    if not may_answer(by, referral):
        raise RuleBroken(_("Only the RM who took the client says so."), code="forbidden")
    if referral.state != Referral.State.ACCEPTED:
        raise RuleBroken(_("Only an accepted referral becomes a converted one."), code="conflict")


def check_acceptance(receiver, client, *, on) -> None:
    """Raise RuleBroken if the client has found somebody else meanwhile, or cannot be taken."""
    if client.owner_id is None:
        check_receiver(receiver, client, on=on)
    elif not answers_for(receiver, client, on=on):
        check_unchanged(client, receiver.pk)
