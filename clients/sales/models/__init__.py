"""What the bank offers, who may be offered it, what was sold, reviewed and granted."""

from clients.sales.models.benefits import Benefit, BenefitGrant, BenefitQuota, BenefitUse
from clients.sales.models.products import Disclosure, Product, ProductQuestion, ProductRisk
from clients.sales.models.records import SaleRecord
from clients.sales.models.reviews import PortfolioReview
from clients.sales.models.suitability import (
    AnswerPlace,
    ClientRisk,
    RiskAssessment,
    SuitabilityCheck,
)

__all__ = [
    "AnswerPlace",
    "Benefit",
    "BenefitGrant",
    "BenefitQuota",
    "BenefitUse",
    "ClientRisk",
    "Disclosure",
    "PortfolioReview",
    "Product",
    "ProductQuestion",
    "ProductRisk",
    "RiskAssessment",
    "SaleRecord",
    "SuitabilityCheck",
]
