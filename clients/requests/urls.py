"""Pages of this feature."""

from django.urls import path

from clients.requests import views

urlpatterns = [
    path("requests/", views.request_list, name="request-list"),
    path("requests/<int:pk>/", views.request_page, name="request"),
    path("requests/<int:pk>/reassign/", views.request_reassign, name="request-reassign"),
    path("clients/<int:pk>/requests/new/", views.request_new, name="request-new"),
]
