"""What is measured in the competition, and in which unit (rules H2, H3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Metric(models.TextChoices):
    """What an entry of the ledger measures; the last four cost points (rules H2, H3)."""

    AUM_GROWTH = "aum_growth", _("Net growth of assets")
    NEW_VIP = "new_vip", _("New VIP clients")
    TIER_UPGRADE = "tier_upgrade", _("Tier upgrades")
    FEE_INCOME = "fee_income", _("Fee income")
    SALES = "sales", _("Weighted sales")
    CROSS_SELL = "cross_sell", _("Cross-sell rate")
    CONTACT = "contact", _("Valid contacts")
    CSAT = "csat", _("Satisfaction")
    HANDOVER = "handover", _("Clients introduced")
    REFERRAL = "referral", _("Referrals accepted")
    CONVERSION = "conversion", _("Referrals converted")
    IDENTIFIED = "identified", _("Clients identified")
    COMPLAINT = "complaint", _("Complaint upheld")
    TRANSFERRED = "transferred", _("Complaint sent on by the regulator")
    OVERDUE = "overdue", _("Serious complaint overdue")
    LATE = "late", _("Handover late")


# Amounts in CNY; all others are counts, but for the two rates.
MONEY = (Metric.AUM_GROWTH, Metric.FEE_INCOME, Metric.SALES)
# Entries of a rate are readings: the actual is their mean, and does not grow with the days.
RATES = (Metric.CROSS_SELL, Metric.CSAT)
# What the clock counts at night, for the end of a month or a stage, from what others recorded.
MEASURED = (
    Metric.AUM_GROWTH,
    Metric.NEW_VIP,
    Metric.TIER_UPGRADE,
    Metric.CROSS_SELL,
    Metric.LATE,
)
DEDUCTIONS = (Metric.COMPLAINT, Metric.TRANSFERRED, Metric.OVERDUE, Metric.LATE)
EARNING = tuple(metric for metric in Metric if metric not in DEDUCTIONS)
