"""A mail as a text that reads well in a diff and is the same on every database."""

import re
from hashlib import sha256

from django.template.loader import get_template
from django.utils import translation

HEADERS = ("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post")
# Ids of the database, each with what it counts: /clients/12/, ?open=12, appointment-12@
_ID = re.compile(r"(?P<of>[a-z-]+(?:[/=]|-(?=\d+@)))(?P<id>\d+)(?=[/@\"&\s]|$)", re.MULTILINE)
_TOKEN = re.compile(r"token=[\w:.%-]+")
_STYLE = re.compile(r'style="([^"]*)"')
_ZONE = re.compile(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\n", re.DOTALL)


def frame(language: str) -> str:
    """What every mail's HTML has around its own words."""
    with translation.override(language):
        return _squeezed(get_template("emails/base.html").render({}))


def told(mail, language: str) -> str:
    """Headers, text, calendar and, of the HTML, the lines that are not of the frame.

    Styles stand as digests: what they are shows in the templates and in the pictures.
    """
    parts = [_headers(mail), f"--- text\n{mail.body.strip()}"]
    parts += [f"--- {one.get('Content-Type')}\n{_calendar(one)}" for one in mail.attachments]
    for html, kind in mail.alternatives:
        around = set(frame(language).splitlines())
        own = [line for line in _squeezed(html).splitlines() if line not in around]
        own = [_STYLE.sub(_digest, line) for line in own]
        parts.append("\n".join([f"--- {kind}", *own]))
    return _numbered(_TOKEN.sub("token=…", "\n\n".join(parts))) + "\n"


def _headers(mail) -> str:
    found = {"From": mail.from_email, "To": ", ".join(mail.to), "Subject": mail.subject}
    found |= {name: mail.extra_headers[name] for name in HEADERS if name in mail.extra_headers}
    return "\n".join(f"{name}: {value}" for name, value in found.items())


def _calendar(part) -> str:
    """Unfolded, and without the history of Shanghai's clocks."""
    text = part.get_payload(decode=True).decode().replace("\r\n", "\n").replace("\n ", "")
    return _ZONE.sub("", text).strip()


def _squeezed(html: str) -> str:
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


def _digest(style) -> str:
    return f"style={sha256(style[1].encode()).hexdigest()[:6]}"


def _numbered(text: str) -> str:
    """Ids as 1, 2, 3 in the order in which they appear, so that it still shows which is which."""
    seen: dict[str, list[str]] = {}

    def number(found) -> str:
        known = seen.setdefault(found["of"], [])
        if found["id"] not in known:
            known.append(found["id"])
        return f"{found['of']}{known.index(found['id']) + 1}"

    return _ID.sub(number, text)
