"""Pages of the inbox."""

from django.urls import path

from managers.inbox import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="inbox-read-all"),
    path("inbox/<int:pk>/read/", views.read, name="inbox-read"),
]
