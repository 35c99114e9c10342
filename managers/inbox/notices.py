"""What the inbox says about the mail itself."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import words
from managers.inbox.kinds import Told, register


def mail_in_trouble(notifications) -> dict[int, Told]:
    """To administrators: how many letters did not leave, and the way to them."""
    return {
        row.pk: Told(
            title=_("Letters do not leave as they should"),
            text=" ".join(_sentences(row.facts)),
            url=reverse("admin:managers_letter_changelist"),
            icon="mail-exclamation",
        )
        for row in notifications
    }


def _sentences(facts):
    if late := facts["late"]:
        sentence = ngettext(
            "%(count)d letter is late, the longest by %(duration)s.",
            "%(count)d letters are late, the longest by %(duration)s.",
            late,
        )
        yield sentence % {"count": late, "duration": words.duration(facts["longest_minutes"])}
    if failed := facts["failed"]:
        sentence = ngettext(
            "%(count)d letter failed and can be sent again or set aside.",
            "%(count)d letters failed and can be sent again or set aside.",
            failed,
        )
        yield sentence % {"count": failed}
    if uncertain := facts["uncertain"]:
        sentence = ngettext(
            "Of %(count)d letter nobody knows whether it arrived.",
            "Of %(count)d letters nobody knows whether they arrived.",
            uncertain,
        )
        yield sentence % {"count": uncertain}


register("mail-in-trouble", mail_in_trouble, at_once=True)
