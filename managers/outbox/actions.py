"""Post letters, and move them from waiting to sent.

The courier's steps are conditional updates on the fencing counter: whoever lost the lease changes
nothing any more. Each step commits before the next begins (security 1-5).
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.outbox import rules
from managers.outbox.models import Letter, MailChoice, Trouble

State = Letter.State
_AT_ONCE = 1_000  # letters posted by one statement


def post(kind, *, to, due, about, at, **context) -> Letter | None:
    """Put a letter into the outbox, to leave at `due`; None if it lies there already.

    Once for each kind, thing (`about`), recipient and due moment; `context` holds ids only. The
    row commits with the change that caused it, so mail leaves only if that change happened.
    """
    letter, is_new = Letter.objects.get_or_create(
        kind=kind,
        about=str(about),
        recipient=to,
        channel="email",
        due_at=due,
        defaults={"context": context, "created_at": at},
    )
    return letter if is_new else None


def post_to_all(kind, people: Iterable[int], *, due, about, at) -> int:
    """Put one letter for each of these people into the outbox; returns how many there were.

    As `post`, a thousand in one statement: what another run has just posted is left alone.
    """
    letters = (
        Letter(kind=kind, about=about, recipient_id=pk, due_at=due, created_at=at) for pk in people
    )
    posted = 0
    while some := list(islice(letters, _AT_ONCE)):
        Letter.objects.bulk_create(some, ignore_conflicts=True)
        posted += len(some)
    return posted


@transaction.atomic(durable=True)
def claim(most: int, *, at: datetime) -> list[Letter]:
    """Take up to `most` due letters for a while; no other courier has them until the lease ends.

    PostgreSQL skips what another courier is just claiming; SQLite lets one transaction in at a
    time.
    """
    due = Letter.objects.due(at).select_related("recipient")
    letters = list(due.select_for_update(skip_locked=True, of=("self",), no_key=True)[:most])
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        state=State.CLAIMED, fence=F("fence") + 1, lease_until=at + rules.CLAIM_LEASE
    )
    for letter in letters:
        letter.fence += 1
    return letters


def begin_handing(letter, *, at) -> bool:
    """Note that the letter is about to leave, under which Message-ID; False if the lease is lost.

    From here on nobody sends it again without knowing what became of this attempt.
    """
    letter.message_id = letter.message_id or _new_message_id()
    begun = _held(letter, State.CLAIMED).filter(lease_until__gt=at)
    return bool(
        begun.update(
            state=State.HANDING,
            message_id=letter.message_id,
            attempts=F("attempts") + 1,
            lease_until=at + rules.HANDING_LEASE,
            last_error="",
        )
    )


def still_holds(letter, *, at) -> bool:
    """Whether the letter is still this courier's, and long enough for its text to leave.

    Asked just before the text: a courier that was asleep may find that another has it.
    """
    held = _held(letter, State.HANDING)
    return held.filter(lease_until__gt=at + rules.BODY_TIME).exists()


def stamp_sent(letter, *, at) -> bool:
    """The server has the letter: true whoever has the row by now, and whatever was thought of it.

    The Message-ID is the proof, so that a courier which wakes late stops the one that would send
    the letter again.
    """
    handed = Letter.objects.filter(pk=letter.pk, message_id=letter.message_id)
    sent = handed.exclude(state=State.SENT).update(state=State.SENT, sent_at=at, last_error="")
    return bool(sent)


def hold(letter, until) -> str:
    """Let a claimed letter wait for the end of its reader's quiet hours."""
    _held(letter, State.CLAIMED).update(state=State.WAITING, not_before=until)
    return State.WAITING


def drop(letter) -> bool:
    """Nothing is left to say."""
    return bool(_held(letter, State.CLAIMED).update(state=State.DROPPED))


def put_back(letter, trouble, detail="", *, at) -> str:
    """Surely not delivered, so try again later; after too many attempts it fails for good."""
    held = _held(letter, State.CLAIMED, State.HANDING, State.UNCERTAIN)
    attempts = held.values_list("attempts", flat=True).first() or 0
    if attempts >= rules.MOST_ATTEMPTS:
        return fail(letter, Trouble.GIVEN_UP, detail)
    held.update(
        state=State.WAITING,
        not_before=rules.next_try(attempts, at),
        last_error=_error(trouble, detail),
    )
    return State.WAITING


def fail(letter, trouble, detail="") -> str:
    """Stop trying; a person may retry it from the administration."""
    held = _held(letter, State.CLAIMED, State.HANDING, State.UNCERTAIN)
    held.update(state=State.FAILED, last_error=_error(trouble, detail))
    return State.FAILED


def doubt(letter) -> str:
    """Nobody knows whether it arrived: leave it in hand until it can be looked up."""
    _held(letter, State.HANDING).update(last_error=_error(Trouble.LOST))
    return State.UNCERTAIN


def settle(letter, found: bool | None, *, at) -> str:
    """What became of a letter left in hand: found at the server, not there, or unknown.

    Where its courier did not say itself that the line broke, it may only be slow, or the clock has
    jumped: not there counts when it is not there one lease later either.
    """
    if found:
        stamp_sent(letter, at=at)
        return State.SENT
    in_hand = _held(letter, State.HANDING)
    if found is None:
        in_hand.update(state=State.UNCERTAIN, last_error=_error(Trouble.LOST))
        return State.UNCERTAIN
    if letter.last_error:
        return put_back(letter, Trouble.LOST, at=at)
    in_hand.update(last_error=_error(Trouble.LOST), lease_until=at + rules.HANDING_LEASE)
    return State.HANDING


@transaction.atomic
def retry(letter, *, by, at) -> Letter:
    """A person sends a failed letter on its way again."""
    letter = _locked_in(letter, State.FAILED, _("Only a failed letter can be tried again."))
    return _restart(letter, "letter.retried", by=by, at=at)


@transaction.atomic
def set_aside(letter, *, by, at) -> Letter:
    """A person decides that a failed letter need not arrive any more."""
    letter = _locked_in(letter, State.FAILED, _("Only a failed letter can be set aside."))
    letter.state = State.DROPPED
    letter.save(update_fields=["state"])
    record("letter.set_aside", letter, by=by, at=at)
    return letter


@transaction.atomic
def was_delivered(letter, *, by, at) -> Letter:
    """A person has seen that an uncertain letter arrived."""
    letter = _locked_in(letter, State.UNCERTAIN, _("This letter is not uncertain."))
    letter.state, letter.sent_at, letter.last_error = State.SENT, at, ""
    letter.save(update_fields=["state", "sent_at", "last_error"])
    record("letter.found_delivered", letter, by=by, at=at)
    return letter


@transaction.atomic
def was_not_delivered(letter, *, by, at) -> Letter:
    """A person has seen that an uncertain letter never arrived: it goes again."""
    letter = _locked_in(letter, State.UNCERTAIN, _("This letter is not uncertain."))
    return _restart(letter, "letter.found_missing", by=by, at=at)


@transaction.atomic
def choose(*, stopped, quiet_from, quiet_until, by, at, was=None) -> MailChoice:
    """Keep which reminders a person wants, and their quiet hours (rules F8).

    `was` is the choice that the person saw: raises RuleBroken, code `conflict`, once it is another.
    """
    lock(by)
    if was is not None and rules.choice_of(by).as_chosen != was.as_chosen:
        raise RuleBroken(_("Somebody changed this meanwhile. Read it again."), code="conflict")
    choice = MailChoice(
        staff=by, stopped=sorted(stopped), quiet_from=quiet_from, quiet_until=quiet_until
    )
    choice.save()
    record("mails.chosen", by, by=by, at=at, stopped=choice.stopped)
    return choice


@transaction.atomic
def stop(kind, *, by, at) -> None:
    """A person wants no more reminders of a kind; a second time changes nothing."""
    choice, _is_new = MailChoice.objects.select_for_update().get_or_create(staff=by)
    if kind not in choice.stopped:
        choice.stopped = sorted([*choice.stopped, kind])
        choice.save(update_fields=["stopped"])
        record("mails.chosen", by, by=by, at=at, stopped=choice.stopped)


def _restart(letter, verb, *, by, at):
    letter.state, letter.not_before, letter.attempts = State.WAITING, at, 0
    letter.save(update_fields=["state", "not_before", "attempts"])
    record(verb, letter, by=by, at=at)
    return letter


def _locked_in(letter, state, refusal):
    letter = lock(letter)
    if letter.state != state:
        raise RuleBroken(refusal)
    return letter


def _held(letter, *states):
    return Letter.objects.filter(pk=letter.pk, fence=letter.fence, state__in=states)


def _new_message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid.uuid4().hex}@{domain}>"


def _error(trouble, detail="") -> str:
    return f"{Trouble(trouble).value} {detail}".strip()
