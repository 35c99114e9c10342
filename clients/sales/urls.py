"""Pages of this feature."""

from django.urls import path

from clients.sales import views

urlpatterns = [
    path("products/", views.product_list, name="product-list"),
    path("products/<int:pk>/", views.product, name="product"),
    path("clients/<int:pk>/products/", views.client_products, name="client-products"),
    path("clients/<int:pk>/offer/", views.client_offer, name="client-offer"),
    path("clients/<int:pk>/risk/", views.client_risk, name="client-risk"),
    path("clients/<int:pk>/review/", views.client_review, name="client-review"),
    path("clients/<int:pk>/review/sheet/", views.review_sheet, name="review-sheet"),
    path("clients/<int:pk>/benefits/", views.client_benefits, name="client-benefits"),
    path("benefits/uses/<int:pk>/take-back/", views.take_back, name="benefit-take-back"),
    path("sales/<int:pk>/", views.sale, name="sale"),
    path("sales/<int:pk>/disclose/", views.sale_disclose, name="sale-disclose"),
    path("sales/<int:pk>/confirm/", views.sale_confirm, name="sale-confirm"),
    path("sales/<int:pk>/cancel/", views.sale_cancel, name="sale-cancel"),
]
