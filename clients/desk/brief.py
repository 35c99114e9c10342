"""The brief: why to call now, what to ask, what to take care of.

Rules turn facts on file into sentences. Each sentence names the facts that it says, so that the
page can lead there; without its fact no sentence is made, and nothing is added to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from crm import words
from crm.lib import money

MOST = 2  # sentences in each part


@dataclass(frozen=True)
class Fact:
    """Something on file; `anchor` is where the page shows it."""

    anchor: str


@dataclass(frozen=True)
class Said(Fact):
    """Something that a person wrote down."""

    text: str


@dataclass(frozen=True)
class Loss(Fact):
    """What assets lost in the running month, in CNY and in percent of the last month's close."""

    amount: Decimal
    percent: int


@dataclass(frozen=True)
class Promise(Fact):
    """A follow-up that is late or due today."""

    what: str
    due_on: date
    is_late: bool


@dataclass(frozen=True)
class Silence(Fact):
    """More days without a valid contact than the tier allows; no days where there was none."""

    days: int | None
    allowed: int


@dataclass(frozen=True)
class Maturity(Fact):
    """A holding that matures soon; no amount where the source names none."""

    name: str
    day: date
    amount: Decimal | None = None
    currency: str = "CNY"


@dataclass(frozen=True)
class Dated(Fact):
    """Something said or expected, with its day."""

    text: str
    day: date


@dataclass(frozen=True)
class Unanswered(Fact):
    """Days on which nobody answered, and whether to write instead (rules F4)."""

    days: int
    should_write: bool


@dataclass(frozen=True)
class Facts:
    """What the brief may speak of; None for what is not on file or not out of the ordinary."""

    left_in_peace: Fact | None = None
    loss: Loss | None = None
    promise: Promise | None = None
    silence: Silence | None = None
    falls: Said | None = None
    celebrates: Dated | None = None
    agreed: Dated | None = None
    maturity: Maturity | None = None
    event: Dated | None = None
    risk_ended: Dated | None = None
    topics: Said | None = None
    avoid: Said | None = None
    keep_in_mind: Said | None = None
    unanswered: Unanswered | None = None
    decides: Said | None = None
    no_offers: Fact | None = None
    best_time: Said | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence, the name of the fact it says, and where the page shows that."""

    text: str
    fact: str
    anchor: str


@dataclass(frozen=True)
class Brief:
    """The three parts; each has at most two sentences, the weightiest first."""

    why: list[Sentence] = field(default_factory=list)
    ask: list[Sentence] = field(default_factory=list)
    care: list[Sentence] = field(default_factory=list)

    def __bool__(self):
        return bool(self.why or self.ask or self.care)


def compose(facts: Facts) -> Brief:
    """The brief that these facts give, in the language of the reader."""
    return Brief(_say(WHY, facts), _say(ASK, facts), _say(CARE, facts))


def _say(rules: Iterable[tuple[str, Callable]], facts: Facts) -> list[Sentence]:
    told = ((name, rule, getattr(facts, name)) for name, rule in rules)
    found = [Sentence(rule(fact), name, fact.anchor) for name, rule, fact in told if fact]
    return found[:MOST]


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
    ("celebrates", celebrates),
)
ASK = (
    ("agreed", agreed),
    ("maturity", maturity),
    ("event", event),
    ("risk_ended", risk_ended),
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
