"""Pages of this feature."""

from django.urls import path

from clients.coverage import views

urlpatterns = [
    path("coverage/", views.coverage_page, name="coverage"),
    path("coverage/clients/", views.uncovered_page, name="uncovered"),
]
