"""What law keeps, and until when (rules J7)."""

from django.utils.translation import gettext as _

from clients.privacy import relations
from clients.privacy.kinds import months
from crm import words
from crm.lib.errors import RuleBroken


def check_erasure(files, *, on) -> None:
    """Raise RuleBroken (code `kept_by_law`) with the reason why these files may not be erased."""
    if reason := why_kept(files, on=on):
        raise RuleBroken(reason, code="kept_by_law")


def why_kept(files, *, on) -> str:
    """Why law keeps the files of a client, in a sentence; "" where nothing keeps them."""
    period = months("clients")(on)
    after = period.cut(on)
    if not relations.is_kept_by_law(files, ended_after=after):
        return ""
    ended = max((file.ended_on for file in files if file.ended_on), default=None)
    if ended is None:
        return _(
            "Law keeps this file as long as the relationship lasts and ten years after it "
            "(Anti-Money-Laundering Law, art. 34)."
        )
    return _("Law keeps this file until %(day)s (Anti-Money-Laundering Law, art. 34).") % {
        "day": words.day(period.last_day(ended))
    }
