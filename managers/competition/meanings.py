"""What each metric counts, in a sentence for those whose places hang on it (rules H2, H7)."""

from django.utils.translation import gettext_lazy as _

from managers.competition.metrics import Metric

MEANINGS = {
    Metric.AUM_GROWTH: _(
        "What the month averages of own clients grew by, once the month is over. "
        "A client who moves to another RM brings none by the move."
    ),
    Metric.NEW_VIP: _(
        "Clients with the average of a VIP for the second month running, "
        "unless they were one within the 12 months before."
    ),
    Metric.TIER_UPGRADE: _(
        "Clients whose month reached a higher tier than in the 12 months before; "
        "one that is lost soon takes its point back."
    ),
    Metric.FEE_INCOME: _("The bank's fee of what was sold, at the client's yes."),
    Metric.SALES: _(
        "What was sold, at the client's yes, by the weight of the kind of product; "
        "what is taken out again soon is taken back."
    ),
    Metric.CROSS_SELL: _(
        "Kinds of product held for each active client, the mean of the ends of the months."
    ),
    Metric.CONTACT: _("Valid contacts, one for each client and day."),
    Metric.CSAT: _("The mean of the readings of satisfaction."),
    Metric.HANDOVER: _(
        "Clients introduced at a handover, by the shares that were written down for it."
    ),
    Metric.REFERRAL: _("Referrals that were accepted."),
    Metric.CONVERSION: _("Accepted referrals with the RM's first valid contact or sale."),
    Metric.IDENTIFIED: _("Clients without an RM, each once, for who refers them first unasked."),
}
