"""The words for how, why and with what result clients are contacted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How people reach each other."""

    CALL = "call", _("Call")
    VISIT = "visit", _("Meeting at the centre")
    OUTSIDE = "outside", _("Visit outside")
    MESSAGE = "message", _("Message")


class Outcome(models.TextChoices):
    """What came of an attempt (rules F4)."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    CALL_LATER = "call_later", _("Call later")
    VISITED = "visited", _("Visited")
    MESSAGE_REPLIED = "message_replied", _("Replied by message")
    REFUSED = "refused", _("Refused")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    OTHER_CHANNEL = "other_channel", _("Done by other means")


SPOKE = (Outcome.REACHED, Outcome.VISITED, Outcome.MESSAGE_REPLIED, Outcome.OTHER_CHANNEL)


class Trigger(models.TextChoices):
    """Why a follow-up exists (rules F2)."""

    MANUAL = "manual", _("Agreed")
    NEW_CLIENT = "new_client", _("First call")
    NEW_OWNER = "new_owner", _("Tell of the new RM")
    CADENCE = "cadence", _("Regular contact")
    PROGRAMME = "programme", _("Step of a programme")
    RECURRING = "recurring", _("Recurring")
    MATURITY = "maturity", _("Maturity")
    BIRTHDAY = "birthday", _("Birthday")
    IMPORTANT_DATE = "important_date", _("Important date")
    LARGE_MOVEMENT = "large_movement", _("Large movement")
    OUTFLOW = "outflow", _("Outflow")
    TIER_WATCH = "tier_watch", _("Tier about to fall")
    NO_SHOW = "no_show", _("Did not come")
    RISK_EXPIRY = "risk_expiry", _("Risk assessment ends")
    IDENTITY_EXPIRY = "identity_expiry", _("Identity document ends")
    SURVEY_LOW = "survey_low", _("Low satisfaction")
    DORMANCY = "dormancy", _("Long silence")
    REACTIVATION = "reactivation", _("Win back")
    CALLBACK = "callback", _("Callback")


# Either is the one next contact that is planned for a client (rules F1, F14).
NEXT = (Trigger.CADENCE, Trigger.PROGRAMME)
# What remains for a client who is dormant or lost (rules F2).
REMAINING = (
    Trigger.MANUAL,
    Trigger.CALLBACK,
    Trigger.REACTIVATION,
    Trigger.NEW_OWNER,
    Trigger.NO_SHOW,
)
