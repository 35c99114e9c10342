"""Places, reasons and criteria in the page's language."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.words import listed
from managers.competition.metrics import Metric
from managers.grades import proposing
from managers.people.ladder import Grade
from managers.people.models import Licence

_CRITERIA = {
    "assets": gettext_lazy("Assets managed"),
    "cadence": gettext_lazy("Contact standard kept"),
    Metric.AUM_GROWTH.value: gettext_lazy("Net growth of assets in a quarter"),
    Metric.FEE_INCOME.value: gettext_lazy("Fee income of a quarter"),
    Metric.CSAT.value: gettext_lazy("Satisfaction"),
    "compliance": gettext_lazy("Points lost by complaints, at most"),
    "licences": gettext_lazy("Licences"),
}
MONEY = ("assets", Metric.AUM_GROWTH.value, Metric.FEE_INCOME.value)
RATES = ("cadence", Metric.CSAT.value)
_MOVES = {
    "up": gettext_lazy("Up"),
    "hold": gettext_lazy("Stays"),
    "down": gettext_lazy("Down"),
}


def place(grade: str, step: int) -> str:
    """ "Senior, step 3"."""
    return _("%(grade)s, step %(step)d") % {"grade": Grade(grade).label, "step": step}


def move(way: str) -> str:
    """What `proposing.move` says, as a word."""
    return str(_MOVES[way])


def criterion(code: str) -> str:
    """The name of a criterion."""
    return str(_CRITERIA.get(code, code))


def reasons(codes, *, score: Decimal | None, rules: dict, unmet=()) -> list[str]:
    """Why the place is proposed, a sentence each."""
    return [_reason(code, score, rules, unmet) for code in codes]


def licences(kinds) -> str:
    """The kinds of licence, listed."""
    return listed([str(Licence.Kind(kind).label) for kind in kinds])


def _reason(code: str, score, rules: dict, unmet) -> str:
    told = {
        "score": score,
        "up": rules.get("ladder.up_score"),
        "hold": rules.get("ladder.hold_score"),
        "times": rules.get("ladder.low_running"),
        "months": rules.get("ladder.trainee_months"),
        "items": listed([criterion(one) for one in unmet]),
    }
    return _sentences()[code] % told


def _sentences() -> dict[str, str]:
    return {
        proposing.ABSENT: _("There too few days of the period to be assessed."),
        proposing.GOOD: _("Scored %(score)s; %(up)s or more leads a step up."),
        proposing.FAIR: _("Scored %(score)s; from %(hold)s to %(up)s the place is kept."),
        proposing.LOW: _("Scored %(score)s, below %(hold)s for the first time."),
        proposing.LOW_AGAIN: _("Below %(hold)s in %(times)s quarters running."),
        proposing.AT_THE_TOP: _("At the top step; the grade itself changes once a year."),
        proposing.AT_THE_BOTTOM: _("At the first step; the grade itself changes once a year."),
        proposing.UNMET: _("The grade asks for more: %(items)s."),
        proposing.NEXT_GRADE: _("From the top step the year leads to the next grade."),
        proposing.LOWER_GRADE: _("From the first step the year leads to the grade below."),
        proposing.TRAINEE_OVER: _("Trainee for %(months)s months or more: head office decides."),
        "violation": _("Proposed by the head after a violation that was proved."),
    }
