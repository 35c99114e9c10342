"""Pages of this feature."""

from django.urls import path

from clients.oversight import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/<int:pk>/values/", views.audit_values, name="audit-values"),
    path("access-log/", views.access_log, name="access-log"),
    path("clients/<int:pk>/access/", views.client_access, name="client-access"),
]
