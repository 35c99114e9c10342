"""The brief: why to call now, what to ask, what to take care of.

Rules turn facts on file into sentences. Each sentence names the facts that it says, so that the
page can lead there; without its fact no sentence is made, and nothing is added to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from clients.desk.brief import sentences
from clients.desk.brief.facts import (
    Dated,
    Due,
    Fact,
    Facts,
    Loss,
    Maturity,
    Promise,
    Said,
    Silence,
    Unanswered,
)

__all__ = [
    "Brief",
    "Dated",
    "Due",
    "Fact",
    "Facts",
    "Loss",
    "Maturity",
    "Promise",
    "Said",
    "Sentence",
    "Silence",
    "Unanswered",
    "compose",
]

MOST = 2  # sentences in each part
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Sentence:
    """One sentence, the name of the fact it says, and where the page shows that."""

    text: str
    fact: str
    anchor: str
    at: datetime | None = None

    def reaching(self, shown: set[str]) -> "Sentence":
        """The sentence with the page of the timeline where its fact stands, if that is another."""
        if self.at is None or self.anchor.removeprefix("#") in shown:
            return self
        before = urlencode({"before": (self.at + _MOMENT).isoformat()})
        return replace(self, anchor=f"?{before}{self.anchor}")


@dataclass(frozen=True)
class Brief:
    """The three parts; each has at most two sentences, the weightiest first."""

    why: list[Sentence] = field(default_factory=list)
    ask: list[Sentence] = field(default_factory=list)
    care: list[Sentence] = field(default_factory=list)

    def __bool__(self):
        return bool(self.why or self.ask or self.care)

    def reaching(self, shown: set[str]) -> "Brief":
        """The brief on a page whose timeline shows these anchors: each link leads to its fact."""
        parts = (self.why, self.ask, self.care)
        return Brief(*([sentence.reaching(shown) for sentence in part] for part in parts))


def compose(facts: Facts) -> Brief:
    """The brief that these facts give, in the language of the reader."""
    return Brief(
        _say(sentences.WHY, facts), _say(sentences.ASK, facts), _say(sentences.CARE, facts)
    )


def _say(rules: Iterable[tuple[str, Callable]], facts: Facts) -> list[Sentence]:
    told = ((name, rule, getattr(facts, name)) for name, rule in rules)
    found = [Sentence(rule(fact), name, fact.anchor, fact.at) for name, rule, fact in told if fact]
    return found[:MOST]
