"""Pages of this feature."""

from django.urls import path

from clients.privacy import views

urlpatterns = [
    path("privacy/retention/", views.retention, name="retention"),
]
