"""Who may be offered what, and which sale may go on; pages, API and actions share it."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils.translation import gettext as _

from clients.book.models import Category, State
from clients.followups.rules import covers
from clients.sales.models import ClientRisk, ProductRisk, RiskAssessment, SaleRecord
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.lib.money import exact
from managers.people import scope
from managers.people.models import Licence
from managers.people.scope import Reach, Right

# What nobody sells without a licence (rules C8).
LICENSED = {
    Category.FUND: Licence.Kind.FUND,
    Category.INSURANCE: Licence.Kind.INSURANCE,
}
SPOKEN_WARNING_FROM = ProductRisk.R4


class Reason(models.TextChoices):
    """Why a product may not be offered (rules C8)."""

    NO_ASSESSMENT = "no_assessment"
    EXPIRED = "expired"
    TOO_RISKY = "too_risky"
    NO_LICENCE = "no_licence"
    NOT_ON_SALE = "not_on_sale"
    NO_NEED = "no_need"
    NOT_AFFORDABLE = "not_affordable"


@dataclass(frozen=True)
class Facts:
    """All that decides whether a product suits; None where there is no assessment or licence."""

    on: date
    category: str
    risk: int
    on_sale: bool
    level: int | None = None
    valid_until: date | None = None
    licensed_until: date | None = None
    need: bool = False
    affordable: bool = False


def reasons_against(facts: Facts) -> list[Reason]:
    """Everything that speaks against the offer; nothing means that it may be made (rules C8)."""
    found = []
    if facts.level is None or facts.valid_until is None:
        found.append(Reason.NO_ASSESSMENT)
    else:
        if facts.valid_until < facts.on:
            found.append(Reason.EXPIRED)
        if facts.level < facts.risk:
            found.append(Reason.TOO_RISKY)
    lapsed = facts.licensed_until is None or facts.licensed_until < facts.on
    if facts.category in LICENSED and lapsed:
        found.append(Reason.NO_LICENCE)
    if not facts.on_sale:
        found.append(Reason.NOT_ON_SALE)
    if facts.category == Category.INSURANCE:
        if not facts.need:
            found.append(Reason.NO_NEED)
        if not facts.affordable:
            found.append(Reason.NOT_AFFORDABLE)
    return found


def in_words(reason: str, *, product, level: int | None, valid_until: date | None) -> str:
    """A reason as one sentence for whoever wanted to make the offer."""
    return {
        Reason.NO_ASSESSMENT: _("The client has not been assessed for risk."),
        Reason.EXPIRED: _("The client's risk assessment ended on %(day)s."),
        Reason.TOO_RISKY: _("The product is %(risk)s; the client's %(level)s allows less."),
        Reason.NO_LICENCE: _("You have no valid licence for this kind of product."),
        Reason.NOT_ON_SALE: _("The product is not on sale today."),
        Reason.NO_NEED: _("Insurance is for clients who have that need; please ask first."),
        Reason.NOT_AFFORDABLE: _("The premium has to be within the client's means."),
    }[Reason(reason)] % {
        "day": words.day(valid_until),
        "risk": product.risk_label,
        "level": ClientRisk(level).label if level else "",
    }


def sentences(check) -> list[str]:
    """The reasons that a stored check gave, in the page's language."""
    valid_until = check.assessment.valid_until if check.assessment else None
    return [
        in_words(reason, product=check.product, level=check.level, valid_until=valid_until)
        for reason in check.reasons
    ]


def may_advise(person, client, *, on: date) -> bool:
    """Wealth RMs advise the clients of their own book, and of colleagues whom they cover (A5)."""
    if client.state == State.CLOSED or scope.reach(person, Right.ADVISE) != Reach.OWN:
        return False
    return client.owner_id is not None and (
        client.owner_id == person.pk or covers(person, client.owner_id, on=on)
    )


def check_adviser(person, client, *, on: date) -> None:
    """Raise RuleBroken (code `forbidden`) unless the person may advise this client."""
    if not may_advise(person, client, on=on):
        raise RuleBroken(_("Only the client's wealth RM advises on products."), code="forbidden")


def valid_until(answered_on: date) -> date:
    """The last day of an assessment: twelve months after the answers (rules C8, F6)."""
    months = bank.read("risk.valid_months", on=answered_on)
    return answered_on + relativedelta(months=months)


def check_assessment(client, *, answered_on, paper, own_answers, on: date) -> None:
    """Raise RuleBroken unless the client answered alone, and not too long ago (rules C8)."""
    if not own_answers:
        raise _wrong("own_answers", _("Nobody of the bank may answer for a client."))
    if answered_on > on:
        raise _wrong("answered_on", _("This day is still to come."))
    if valid_until(answered_on) < on:
        raise _wrong("answered_on", _("These answers are too old to be relied on."))
    if RiskAssessment.objects.filter(client=client, paper=paper).exists():
        raise _wrong("paper", _("This questionnaire is in the file already."))


def check_recommendable(check, *, by) -> None:
    """Raise RuleBroken unless this check said yes, to this person, and made no sale before."""
    if check.staff_id != by.pk:
        raise RuleBroken(_("A colleague made this check; please make your own."), code="forbidden")
    if not check.is_suitable:
        raise RuleBroken(" ".join(sentences(check)), code="unsuitable")
    if SaleRecord.objects.filter(suitability_check=check).exists():
        raise RuleBroken(_("This check has led to a sale already."), code="conflict")


def check_amount(product, amount) -> None:
    """Raise RuleBroken for less than the product's smallest amount."""
    if amount <= 0 or amount < product.minimum:
        sentence = _("The smallest amount is %(amount)s.") % {"amount": exact(product.minimum)}
        raise _wrong("amount", sentence)


def check_still(facts: Facts, *, product) -> None:
    """Raise RuleBroken when what held at the check holds no more."""
    found = reasons_against(facts)
    if found:
        raise RuleBroken(
            " ".join(
                in_words(one, product=product, level=facts.level, valid_until=facts.valid_until)
                for one in found
            ),
            code="unsuitable",
        )


def check_state(sale, *states) -> None:
    """Raise RuleBroken (code `conflict`) unless the sale is in one of these states."""
    if sale.state not in states:
        raise RuleBroken(
            _("This sale is %(state)s.") % {"state": sale.get_state_display().lower()},
            code="conflict",
        )


def check_disclosed(sale, shown, latest) -> None:
    """Raise RuleBroken unless what was shown is what the bank says today (rules J2)."""
    if latest is None:
        raise RuleBroken(_("There is no disclosure for this product yet; it cannot be sold."))
    if shown is None or shown.pk != latest.pk:
        raise RuleBroken(
            _("The disclosure has changed; please show the client version %(version)s.")
            % {"version": latest.version},
            code="conflict",
        )


def check_confirmation(*, recording: str, client_agrees: bool) -> None:
    """Raise RuleBroken without the client's yes or the reference of the recording (rules J2)."""
    if not client_agrees:
        raise _wrong("client_agrees", _("Without the client's own yes there is no sale."))
    if not recording:
        raise _wrong("recording", _("Name the recording: without one there is no sale."))
    if SaleRecord.objects.filter(recording=recording).exists():
        raise _wrong("recording", _("This recording belongs to another sale."))


def check_still_held(sale, *, on: date) -> None:
    """Raise RuleBroken (code `conflict`) once the money is out of what was bought."""
    if not _is_held(sale, on=on):
        sentence = _("The money is out again: that was no sale that can be cancelled.")
        raise RuleBroken(sentence, code="conflict")


def _is_held(sale, *, on: date) -> bool:
    held = sale.holding
    return held is None or not (held.redeemed_on or (held.matures_on and held.matures_on <= on))


def allowed_actions(person, sale, *, on: date) -> list[str]:
    """The verbs that this person may apply to the sale now."""
    if not may_advise(person, sale.client, on=on):
        return []
    if sale.state == SaleRecord.State.CONFIRMED:
        return ["cancel"] if _is_held(sale, on=on) else []
    if sale.state not in SaleRecord.OPEN:
        return []
    return ["confirm", "disclose", "cancel"] if sale.disclosure_id else ["disclose", "cancel"]


def needs_spoken_warning(product) -> bool:
    """Whether the risk has to be said aloud once more to somebody who is no professional."""
    return product.risk >= SPOKEN_WARNING_FROM


def today_of(at) -> date:
    """The bank's day at a moment."""
    return clock.local(at).date()


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
