"""Pages of this feature."""

from django.urls import path

from clients.market import views

urlpatterns = [
    path("market/", views.market, name="market"),
    path("market/reports/<int:pk>/", views.market_report, name="market-report"),
    path("market/reports/<int:pk>/read/", views.market_report_read, name="market-report-read"),
]
