"""Each fact as a sentence in the language of the reader, and which come first in each part."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clients.desk.brief.facts import Dated, Due, Loss, Maturity, Promise, Said, Silence, Unanswered
from crm import words
from crm.lib import money

# --- Why now


def left_in_peace(_fact) -> str:
    """Nobody calls."""
    return _("The client asked not to be contacted.")


def loss(fact: Loss) -> str:
    """Money went."""
    told = {"amount": money.compact(fact.amount, get_language()), "percent": fact.percent}
    return _("Assets fell by %(amount)s this month, %(percent)s percent.") % told


def promise(fact: Promise) -> str:
    """Somebody waits."""
    told = {"what": _bare(fact.what), "day": words.day(fact.due_on)}
    if fact.is_late:
        return _("%(what)s was due on %(day)s.") % told
    return _("%(what)s is due today.") % told


def silence(fact: Silence) -> str:
    """Too long ago."""
    told = {"days": fact.days, "allowed": fact.allowed}
    if fact.days is None:
        return (
            ngettext(
                "No valid contact yet; the tier allows %(allowed)s day.",
                "No valid contact yet; the tier allows %(allowed)s days.",
                fact.allowed,
            )
            % told
        )
    return (
        ngettext(
            "%(days)s day without a valid contact; the tier allows %(allowed)s.",
            "%(days)s days without a valid contact; the tier allows %(allowed)s.",
            fact.days,
        )
        % told
    )


def falls(fact: Said) -> str:
    """The tier is at stake."""
    return fact.text


def review(fact: Due) -> str:
    """The portfolio is looked at in its rhythm (rules C10)."""
    told = {"day": words.day(fact.due_on)}
    if fact.is_late:
        return _("The portfolio review was due on %(day)s.") % told
    return _("The portfolio review is due by %(day)s.") % told


def celebrates(fact: Dated) -> str:
    """A day to congratulate."""
    return _("%(what)s on %(day)s.") % _dated(fact)


# --- What to ask


def agreed(fact: Dated) -> str:
    """What the last talk ended with."""
    return _("What became of the step agreed on %(day)s: %(what)s.") % _dated(fact)


def maturity(fact: Maturity) -> str:
    """Money that becomes free."""
    told = {"name": _bare(fact.name), "day": words.day(fact.day)}
    if fact.amount is None:
        return _("What to do with %(name)s, which matures on %(day)s.") % told
    told["amount"] = money.exact(fact.amount, fact.currency)
    return _("What to do with %(amount)s: %(name)s matures on %(day)s.") % told


def event(fact: Dated) -> str:
    """What changes in the client's life."""
    return _("How it goes: %(what)s, %(day)s.") % _dated(fact)


def risk_ended(fact: Dated) -> str:
    """No advice without an assessment that holds."""
    return _("For a new risk assessment: %(what)s held until %(day)s.") % _dated(fact)


def unused(fact: Dated) -> str:
    """What the client has a right to and may lose."""
    return _("Benefits not used yet, until %(day)s: %(what)s.") % _dated(fact)


def topics(fact: Said) -> str:
    """What the client likes to talk about."""
    return _("Likes to talk about: %(what)s.") % {"what": _bare(fact.text)}


# --- What to take care of


def avoid(fact: Said) -> str:
    """What the client does not want."""
    return _("Avoid: %(what)s.") % {"what": _bare(fact.text)}


def keep_in_mind(fact: Said) -> str:
    """What colleagues wrote down."""
    return fact.text


def unanswered(fact: Unanswered) -> str:
    """Nobody answered lately."""
    days = fact.days
    said = ngettext("No answer on %(days)s day.", "No answer on %(days)s days.", days)
    if fact.should_write:
        said = ngettext(
            "No answer on %(days)s day; please try a message.",
            "No answer on %(days)s days; please try a message.",
            days,
        )
    return said % {"days": days}


def decides(fact: Said) -> str:
    """Who else must agree."""
    return _("Decides about money too: %(who)s.") % {"who": _bare(fact.text)}


def no_offers(_fact) -> str:
    """Marketing needs consent."""
    return _("No offers: there is no consent to them.")


def best_time(fact: Said) -> str:
    """When to call."""
    return _("Best time: %(when)s.") % {"when": _bare(fact.text)}


def _dated(fact: Dated) -> dict:
    return {"what": _bare(fact.text), "day": words.day(fact.day)}


def _bare(text: str) -> str:
    return text.strip().rstrip(".。")


WHY = (
    ("left_in_peace", left_in_peace),
    ("loss", loss),
    ("promise", promise),
    ("silence", silence),
    ("falls", falls),
    ("review", review),
    ("celebrates", celebrates),
)
ASK = (
    ("agreed", agreed),
    ("maturity", maturity),
    ("event", event),
    ("risk_ended", risk_ended),
    ("unused", unused),
    ("topics", topics),
)
CARE = (
    ("avoid", avoid),
    ("keep_in_mind", keep_in_mind),
    ("unanswered", unanswered),
    ("decides", decides),
    ("no_offers", no_offers),
    ("best_time", best_time),
)
