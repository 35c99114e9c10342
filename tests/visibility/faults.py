"""What an answer must not hold, whoever asked: others' names, contact details, inline script."""

import re
from urllib.parse import unquote

from tests.visibility.stage import CANARY, NAME

# `mailbox-body` shows a mail with its styles, in a frame that may do nothing else.
_SHOWS_A_MAIL = "mailbox-body"
# One detail whole, for who may ask: that it is one, and one's own, is said by the tests of reveal.
_SHOWS_A_DETAIL = {
    "client-reveal POST",
    "api-client-reveal POST",
    "audit-values POST",
    "api-audit-event-values POST",
}
# A block of JSON is data: no browser runs it.
_INLINE = re.compile(
    r"<style\b|<[^>]+\sstyle\s*=|<[^>]+\son[a-z]+\s*=|javascript:"
    r"""|<script\b(?![^>]*\s(?:src=|type="application/json"))""",
    re.IGNORECASE,
)
_LINK = re.compile(r"""\b(?:href|src|action|formaction|hx-get|hx-post)\s*=\s*["']([^"']*)""")


def faults(row, answer, known: set[str]) -> list[str]:
    """What should not be there, for somebody who may read the names `known`; [] if all is well."""
    shows_one = f"{row.name} {row.method}" in _SHOWS_A_DETAIL
    text = CANARY.sub("", answer.text, count=1) if shows_one else answer.text
    places = {"text": text, "headers": str(answer.headers), "log": answer.log}
    found = [
        f"contact details in the {place}: {match}"
        for place, text in places.items()
        for match in CANARY.findall(text)
    ]
    strangers = sorted(set(NAME.findall(answer.text)) - known)
    found += [f"a name for who may not read it: {name}" for name in strangers]
    links = " ".join([answer.location, *map(unquote, _LINK.findall(answer.text))])
    found += [f"a name in an address: {name}" for name in NAME.findall(links)]
    found += [f"a name in the log: {name}" for name in NAME.findall(answer.log)]
    return found + _policy(row, answer)


def _policy(row, answer) -> list[str]:
    """Inline script and style, and a policy that would let them run (security 19)."""
    if not answer.is_html or row.name == _SHOWS_A_MAIL:
        return []
    found = [f"inline: {match.group()}" for match in _INLINE.finditer(answer.text)]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "unsafe-" in policy:
        found.append(f"policy: {policy}")
    return found
