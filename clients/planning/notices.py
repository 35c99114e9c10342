"""What the inbox says about the rules by which contacts are planned."""

from django.urls import reverse
from django.utils.translation import gettext as _

from managers.inbox.kinds import Told, register


def _broken(notifications) -> dict[int, Told]:
    """To administrators: which rules made nothing last night."""
    return {
        row.pk: Told(
            title=_("Rules for follow-ups could not be carried out"),
            text=_("Tried again tomorrow: %(codes)s.") % {"codes": ", ".join(row.facts["codes"])},
            url=reverse("contact-rules"),
            icon="alert-triangle",
        )
        for row in notifications
    }


register("rules-broken", _broken)
