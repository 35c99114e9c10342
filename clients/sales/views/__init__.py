"""Pages of the catalogue, of offers and sales, of reviews and of benefits."""

from clients.sales.views.benefits import client_benefits, take_back
from clients.sales.views.catalogue import product, product_list
from clients.sales.views.offers import client_offer, client_products, client_risk
from clients.sales.views.reviews import client_review, review_sheet
from clients.sales.views.selling import sale, sale_cancel, sale_confirm, sale_disclose

__all__ = [
    "client_benefits",
    "client_offer",
    "client_products",
    "client_review",
    "client_risk",
    "product",
    "product_list",
    "review_sheet",
    "sale",
    "sale_cancel",
    "sale_confirm",
    "sale_disclose",
    "take_back",
]
