"""The kinds of letter: who knows each one's content, and how it becomes a mail.

Features above register their kinds and planners here, so that the courier knows none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from managers.outbox import rules, stopping
from managers.outbox.models import Letter

Builder = Callable[[Letter], dict | None]


@dataclass(frozen=True)
class Kind:
    """What the courier knows of a kind: who writes it, in which words.

    A kind with a `title` is a reminder: people may stop it, and it keeps their quiet hours; one
    without has a `name`, by which administrators know it in the list of letters. A reminder
    with `posts` is sent to these alone, and nobody else is asked whether they want it. `can_wait`
    tells of a letter of another kind whether it keeps the quiet hours, too.
    """

    build: Builder
    template: str
    language: str = ""
    title: str = ""  # or a lazy one, as the name
    name: str = ""
    posts: tuple[str, ...] = ()
    can_wait: Callable[[Letter], bool] | None = None


kinds: dict[str, Kind] = {}
_planners: list[Callable[[datetime], int]] = []


@dataclass(frozen=True)
class CalendarPart:
    """An invitation (iCalendar) that goes with a mail, and what it asks for: REQUEST or CANCEL."""

    text: str
    method: str

    def as_mime(self) -> MIMEText:
        """The part as calendars of mail programs look for it."""
        part = MIMEText(self.text, "calendar", "utf-8")
        part.set_param("method", self.method)
        part.add_header("Content-Disposition", "attachment", filename="guibin.ics")
        return part


def register(kind: str, builder: Builder, *, template="", **known) -> None:
    """Name the builder of a kind: called when the letter leaves, in the recipient's language.

    It returns the context for templates/emails/TEMPLATE-subject.txt, TEMPLATE-text.txt and, if
    there is one, TEMPLATE-html.html, named as the kind unless told; None drops the letter, because
    nothing is left to say. In the context, `calendar` is a `CalendarPart` to attach, and `to` the
    address of somebody who is no colleague: such a letter is sent in the recipient's name, and in
    the kind's `language`. `is_required` sends a reminder to whoever stopped its kind: the bank
    asks for it. What else is `known` of the kind stands at `Kind`.
    """
    kinds[kind] = Kind(builder, template or kind, **known)


def planner(plan: Callable[[datetime], int]) -> Callable[[datetime], int]:
    """Register a function that posts what is due at a moment and tells how many letters it made.

    It may run at any time and as often as it likes: a letter that exists is not made again.
    """
    if plan not in _planners:
        _planners.append(plan)
    return plan


def plan_all(at: datetime) -> int:
    """Let every planner post what is due; returns the number of new letters."""
    return sum(plan(at) for plan in _planners)


def write(letter: Letter) -> EmailMultiAlternatives | None:
    """The mail that a letter becomes, or None when nothing is left to say.

    Raises whatever a builder, a template or a malformed address raises, before anything leaves.
    """
    kind = kinds[letter.kind]
    with translation.override(kind.language or letter.recipient.language):
        content = kind.build(letter)
        if content is None or _is_stopped(letter, kind, content):
            return None
        context = {"recipient": letter.recipient, "site_url": settings.SITE_URL, **content}
        headers = {"Auto-Submitted": "auto-generated"}
        if kind.title:
            context["choices_url"] = settings.SITE_URL + reverse("mail-choices")
            headers |= stopping.headers(letter.recipient, letter.kind)
        mail = EmailMultiAlternatives(
            subject=" ".join(_plain(f"emails/{kind.template}-subject.txt", context).split()),
            body=_plain(f"emails/{kind.template}-text.txt", context),
            to=[content.get("to") or letter.recipient.email],
            headers=headers,
        )
        if html := _found(f"emails/{kind.template}-html.html"):
            mail.attach_alternative(html.render(context), "text/html")
        if calendar := content.get("calendar"):
            mail.attach(calendar.as_mime())
    mail.message().as_bytes()
    return mail


def rests_until(letter: Letter, *, at: datetime) -> datetime | None:
    """Until when a letter waits because its reader's hours are quiet; None if it may go."""
    kind = kinds.get(letter.kind)
    if kind is None or not (kind.title or kind.can_wait):
        return None
    until = rules.quiet_until(letter.recipient, at)
    return until if until and (kind.title or kind.can_wait(letter)) else None


def _is_stopped(letter: Letter, kind: Kind, content: dict) -> bool:
    if not kind.title or content.get("is_required"):
        return False
    return letter.kind in rules.choice_of(letter.recipient).stopped


def _plain(name: str, context: dict) -> str:
    # Nothing is escaped in plain text, whether or not the template says so.
    return get_template(name).template.render(Context(context, autoescape=False))


def _found(name: str):
    try:
        return get_template(name)
    except TemplateDoesNotExist:
        return None


def reminders(person) -> dict[str, str]:
    """The kinds that a person gets and may stop, with their titles in the reader's language."""
    return {
        code: str(kind.title)
        for code, kind in kinds.items()
        if kind.title and (not kind.posts or person.current_post in kind.posts)
    }
