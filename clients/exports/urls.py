"""Pages of this feature."""

from django.urls import path

from clients.exports import views

urlpatterns = [
    path("exports/", views.export_list, name="export-list"),
    path("exports/new/", views.export_new, name="export-new"),
    path("exports/<int:pk>/approve/", views.export_approve, name="export-approve"),
    path("exports/<int:pk>/refuse/", views.export_refuse, name="export-refuse"),
    path("exports/<int:pk>/download/", views.export_download, name="export-download"),
]
