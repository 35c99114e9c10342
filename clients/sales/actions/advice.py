"""What changes what is known of a client's risk, goals, and which products suit."""

from datetime import date

from django.db import transaction

from clients.sales import reviews, rules
from clients.sales.models import PortfolioReview, RiskAssessment, SuitabilityCheck
from clients.sales.queries import suitability
from crm.lib.db import lock
from managers.audit.actions import record


@transaction.atomic
def assess(client, *, level, answered_on: date, place, paper, own_answers, by, at):
    """Keep what a client answered about risk; it holds for twelve months (rules C8).

    Raises RuleBroken unless somebody attests that the client answered alone, for a day that is
    still to come or long ago, and for a questionnaire that is in the file already.
    """
    client, on = lock(client), rules.today_of(at)
    rules.check_adviser(by, client, on=on)
    rules.check_assessment(
        client, answered_on=answered_on, paper=paper, own_answers=own_answers, on=on
    )
    made = RiskAssessment.objects.create(
        client=client,
        level=level,
        answered_on=answered_on,
        valid_until=rules.valid_until(answered_on),
        place=place,
        paper=paper,
        own_answers=own_answers,
        recorded_by=by,
        recorded_at=at,
    )
    record("risk.assessed", made, by=by, at=at, client=client.pk, level=made.level)
    return made


@transaction.atomic
def check(client, product, *, by, at, need=False, affordable=False) -> SuitabilityCheck:
    """Ask whether the person may offer this product to this client, and keep the answer (C8)."""
    client, on = lock(client), rules.today_of(at)
    rules.check_adviser(by, client, on=on)
    found = suitability(client, product, by, on=on, need=need, affordable=affordable)
    reasons = rules.reasons_against(found.facts)
    made = SuitabilityCheck.objects.create(
        client=client,
        product=product,
        staff=by,
        assessment=found.assessment,
        licence=found.licence,
        level=found.facts.level,
        risk=product.risk,
        need=need,
        affordable=affordable,
        is_suitable=not reasons,
        reasons=[reason.value for reason in reasons],
        checked_at=at,
    )
    facts = {"product": product.pk, "suitable": made.is_suitable, "reasons": made.reasons}
    record("suitability.checked", made, by=by, at=at, client=client.pk, **facts)
    return made


@transaction.atomic
def hold_review(client, *, held_on, goals, target: dict[str, int], by, at) -> PortfolioReview:
    """Keep what a review agreed: goals, and a target mix in whole percent (rules C10).

    Raises RuleBroken for a mix that is not 100 percent, a day to come, or a second one that day.
    """
    client, on = lock(client), rules.today_of(at)
    rules.check_adviser(by, client, on=on)
    reviews.check_review(client, held_on=held_on, target=target, on=on)
    made = PortfolioReview.objects.create(
        client=client, held_on=held_on, goals=goals, target=target, staff=by, recorded_at=at
    )
    record("review.held", made, by=by, at=at, client=client.pk, held_on=held_on)
    return made


def print_review(client, *, by, at) -> None:
    """Record that the sheet with the client's assets left the bank's pages."""
    record("review.printed", client, by=by, at=at, client=client.pk)
