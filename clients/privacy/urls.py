"""Pages of this feature."""

from django.urls import path

from clients.privacy import views

urlpatterns = [
    path("clients/<int:pk>/closing/", views.client_closing, name="client-closing"),
    path("clients/<int:pk>/reopen/", views.client_reopen, name="client-reopen"),
    path("privacy/", views.request_list, name="privacy-request-list"),
    path("privacy/new/", views.request_new, name="privacy-request-new"),
    path("privacy/<int:pk>/", views.request_page, name="privacy-request"),
    path("privacy/<int:pk>/take/", views.request_take, name="privacy-request-take"),
    path("privacy/<int:pk>/answer/", views.request_answer, name="privacy-request-answer"),
    path("privacy/<int:pk>/refuse/", views.request_refuse, name="privacy-request-refuse"),
    path("privacy/retention/", views.retention, name="retention"),
]
