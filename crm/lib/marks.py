"""What somebody searched for, in an address that tells it to nobody else (security 17).

Names and phone numbers are typed into search boxes, and addresses are kept by browsers, proxies
and logs. So a page posts what was typed and is led on to an address with a mark: the text, sealed,
for this person and for as long as a session may live. Paging, filters and the way back keep it.
"""

import json

from django.conf import settings

from crm.lib import clock
from crm.lib.secrets import Sealed, UnreadableError

PARAMETER = "mark"


def mark_of(person, text: str) -> str:
    """The text for an address; "" for nothing."""
    text = text.strip()
    if not text:
        return ""
    return Sealed.of(json.dumps([person.pk, int(clock.now().timestamp()), text])).token


def text_of(person, mark: str) -> str:
    """What a mark stands for; "" where it is bent, too old or somebody else's."""
    try:
        whose, made_at, text = json.loads(Sealed(mark).open())
    except (UnreadableError, ValueError, TypeError):
        return ""
    is_fresh = clock.now().timestamp() - made_at <= settings.SESSION_COOKIE_AGE
    return text if whose == person.pk and is_fresh else ""
