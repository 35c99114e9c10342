"""Pages of this feature."""

from django.urls import path

from clients.desk import today_views

urlpatterns = [
    path("today/", today_views.today, name="today"),
    path("today/calls/<int:pk>/", today_views.today_call, name="today-call"),
]
