"""The file mailbox of the demo: one file for each mail that was sent, under var/mailbox.

File names begin with the moment of sending and end with a digest of the Message-ID, so that the
newest are found by name and the courier can ask whether a mail has arrived.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{16}")


class EmailBackend(BaseEmailBackend):
    """Delivers into the file mailbox."""

    def send_messages(self, email_messages):
        for mail in email_messages:
            _keep(mail.message())
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """A mail in the mailbox; `id` is its file's name."""

    id: str
    subject: str
    to: str
    sent_at: datetime
    text: str = ""
    html: str = ""

    @property
    def has_html(self) -> bool:
        """Whether there is more to show than the text."""
        return bool(self.html)


def has_arrived(message_id: str) -> bool:
    """Whether a mail with this Message-ID lies in the mailbox: a lookup for settings.MAIL_LOOKUP.

    Answers for sure, because a file appears whole or not at all.
    """
    return any(_folder().glob(f"*-{_digest(message_id)}.eml"))


def names() -> list[str]:
    """Ids of all mails, newest first."""
    return sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)


def read(name: str) -> Mail | None:
    """One mail, or None if there is none of this id."""
    path = _folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.exists():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        id=name,
        subject=message["Subject"] or "",
        to=message["To"] or "",
        sent_at=datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _keep(message) -> None:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sent_at = parsedate_to_datetime(message["Date"]).astimezone(UTC)
    name = f"{sent_at:%Y%m%dT%H%M%SZ}-{_digest(message['Message-ID'])}"
    draft = folder / f"{name}.new"
    draft.touch(mode=0o600)
    draft.write_bytes(message.as_bytes())
    draft.rename(folder / f"{name}.eml")


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return body.get_content() if body else ""


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:16]


def _folder() -> Path:
    return Path(settings.MAILBOX)
