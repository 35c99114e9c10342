"""The courier: takes due letters to the mail server, none lost and none twice (security 1-5).

Claim and commit; note `handing` and commit; ask whether the letter is still one's own; send; note
`sent`. Whoever dies before `handing` has sent nothing: the lease ends and another takes over.
Whoever dies after it leaves a letter of which nobody knows: it is looked up by its Message-ID or
shown to a person, never sent again blindly.
"""

import logging
import re
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from crm.lib.db import shared_clock
from managers.outbox import actions, letters, rules
from managers.outbox.models import Letter, Trouble
from managers.outbox.smtp import NotHandedOver

BATCH = 20  # letters claimed at once
LONGEST_PASS = timedelta(minutes=5)
LONGEST_LOOK = timedelta(minutes=1)  # of a pass
_OUTCOMES = (
    Letter.State.SENT,
    Letter.State.FAILED,
    Letter.State.UNCERTAIN,
    Letter.State.WAITING,
)

log = logging.getLogger(__name__)


class _Unreachable(Exception):  # noqa: N818 - ends the pass, not the program
    pass


class _Watch:
    """The time of a pass: begins at the moment given and runs with the clock that all share.

    A lease is measured from now, not from when the pass began, and alike by every courier. How
    long the pass takes is measured by the machine's steady clock, which does not jump.
    """

    def __init__(self, at: datetime):
        self._at, self._began, self._steadily = at, shared_clock(), time.monotonic()

    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._steadily)

    def now(self) -> datetime:
        return self._at + (shared_clock() - self._began)


def deliver_due(at: datetime, limit: int | None = None) -> dict[str, int]:
    """Send what is due, at most `limit` letters; several couriers may run at once.

    Returns how many were sent, failed, are uncertain, and wait for another try. Returns early when
    the mail server cannot be reached or after five minutes: the next pass goes on.
    """
    watch, tally, left = _Watch(at), Counter(dict.fromkeys(_OUTCOMES, 0)), limit
    tally.update(_look_up(watch))
    line = get_connection()
    try:
        while watch.elapsed() < LONGEST_PASS:
            batch = actions.claim(BATCH if left is None else min(BATCH, left), at=watch.now())
            if not batch:
                break
            tally.update(_carry_batch(batch, line, watch))
            left = None if left is None else left - len(batch)
    except _Unreachable:
        log.warning("The mail server cannot be reached.")
    finally:
        line.close()
    return {outcome.value: tally[outcome] for outcome in _OUTCOMES}


def _look_up(watch: _Watch) -> Counter:
    """Find out what became of the letters that dead couriers had in hand."""
    lookup = import_string(settings.MAIL_LOOKUP) if settings.MAIL_LOOKUP else _unknown
    tally = Counter()
    for letter in Letter.objects.left_in_hand(watch.now()).iterator():
        if watch.elapsed() >= LONGEST_LOOK:
            break  # a slow log keeps no mail waiting
        outcome = actions.settle(letter, _asked(lookup, letter), at=watch.now())
        log.warning("Letter %s was left in hand: %s.", letter.pk, outcome)
        tally[outcome] += 1
    return tally


def _asked(lookup: Callable, letter: Letter) -> bool | None:
    """What the lookup answers; a log that cannot be read knows nothing, and stops no mail."""
    try:
        return lookup(letter.message_id)
    except Exception as wrong:
        log.error("Letter %s cannot be looked up: %s.", letter.pk, type(wrong).__name__)
        return None


def _unknown(_message_id: str) -> None:
    """No mail server's log can be read here."""


def _carry_batch(batch: list[Letter], line, watch: _Watch) -> Counter:
    tally = Counter()
    for number, letter in enumerate(batch):
        try:
            tally[_carry(letter, line, watch)] += 1
        except _Unreachable:
            for waiting in batch[number:]:
                actions.put_back(waiting, Trouble.UNREACHABLE, at=watch.now())
            raise
    return tally


def _carry(letter: Letter, line, watch: _Watch) -> str:
    """Take one claimed letter as far as it gets; "" if nothing came of it."""
    if trouble := rules.obstacle(letter):
        return _failed(letter, trouble)
    if until := letters.rests_until(letter, at=watch.now()):
        return actions.hold(letter, until)
    try:
        mail = letters.write(letter)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the letter's
    except Exception as wrong:  # one broken letter stops no others
        return _failed(letter, Trouble.UNWRITTEN, type(wrong).__name__)
    if mail is None:
        actions.drop(letter)
        return ""
    _call(line)
    at = watch.now()
    if not actions.begin_handing(letter, at=at):
        return ""  # the lease ran out: somebody else has this letter
    mail.extra_headers |= {"Message-ID": letter.message_id, "Date": format_datetime(at)}
    mail.may_send_text = lambda: actions.still_holds(letter, at=watch.now())
    return _hand_over(letter, lambda: line.send_messages([mail]), watch)


def _call(line) -> None:
    try:
        line.open()
    except (NotHandedOver, OSError, smtplib.SMTPException) as unreachable:
        raise _Unreachable from unreachable


def _hand_over(letter: Letter, send: Callable, watch: _Watch) -> str:
    try:
        send()
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, words)] = refused.recipients.values()
        return _answered(letter, code, words, watch)
    except smtplib.SMTPResponseException as refused:
        return _answered(letter, refused.smtp_code, refused.smtp_error, watch)
    except NotHandedOver:
        return actions.put_back(letter, Trouble.UNREACHABLE, at=watch.now())
    except Exception as lost:  # whatever it was, the letter may have arrived
        log.error("Letter %s is in doubt: %s.", letter.pk, type(lost).__name__)
        return actions.doubt(letter)
    actions.stamp_sent(letter, at=watch.now())
    return Letter.State.SENT


def _answered(letter: Letter, code: int, words: bytes | str, watch: _Watch) -> str:
    """The server said no: for now (4xx) or for good (5xx)."""
    detail = f"{code} {_enhanced_status(words)}".strip()
    if 400 <= code < 500:
        return actions.put_back(letter, Trouble.BUSY, detail, at=watch.now())
    if 500 <= code < 600:
        return _failed(letter, Trouble.REFUSED, detail)
    log.error("Letter %s is in doubt: the server answered %s.", letter.pk, code)
    return actions.doubt(letter)


def _failed(letter: Letter, trouble: str, detail: str = "") -> str:
    log.error("Letter %s failed: %s %s", letter.pk, trouble, detail)
    return actions.fail(letter, trouble, detail)


def _enhanced_status(words: bytes | str) -> str:
    """The numbers of an SMTP answer (RFC 3463); its words may name a person."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text)
    return found[0] if found else ""
