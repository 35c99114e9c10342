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
from django.utils import translation

from managers.outbox.models import Letter

_builders: dict[str, Callable[[Letter], dict | None]] = {}
_languages: dict[str, str] = {}
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
        part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
        return part


def register(kind: str, builder: Callable[[Letter], dict | None], *, language: str = "") -> None:
    """Name the builder of a kind: called when the letter leaves, in the recipient's language.

    It returns the context for templates/emails/KIND-subject.txt, KIND-text.txt and, if there is
    one, KIND-html.html; None drops the letter, because nothing is left to say. In the context,
    `calendar` is a `CalendarPart` to attach, and `to` the address of somebody who is no colleague:
    such a letter is sent in the recipient's name, and in `language`.
    """
    _builders[kind] = builder
    _languages[kind] = language


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
    with translation.override(_languages.get(letter.kind) or letter.recipient.language):
        content = _builders[letter.kind](letter)
        if content is None:
            return None
        context = {"recipient": letter.recipient, "site_url": settings.SITE_URL, **content}
        mail = EmailMultiAlternatives(
            subject=" ".join(_plain(f"emails/{letter.kind}-subject.txt", context).split()),
            body=_plain(f"emails/{letter.kind}-text.txt", context),
            to=[content.get("to") or letter.recipient.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        if html := _found(f"emails/{letter.kind}-html.html"):
            mail.attach_alternative(html.render(context), "text/html")
        if calendar := content.get("calendar"):
            mail.attach(calendar.as_mime())
    mail.message().as_bytes()
    return mail


def _plain(name: str, context: dict) -> str:
    # Nothing is escaped in plain text, whether or not the template says so.
    return get_template(name).template.render(Context(context, autoescape=False))


def _found(name: str):
    try:
        return get_template(name)
    except TemplateDoesNotExist:
        return None
